import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { WatchView } from '../../contracts';

/** Between two readings, ms: changes of this process wake at once, those of another are found by reading. */
const READ_MS = 250;

interface Round {
  view: Promise<WatchView>;
  begin: () => void;
}

/** Lets any number of requests wait for news of a bypass live; they share one reading of it. */
@Injectable()
export class WatchLongPoll implements OnModuleDestroy {
  private readonly rounds = new Map<string, Round>();
  private closed = false;

  /** How it is after the next change, or a moment later. @param read runs once for all who wait for the same id */
  next(id: string, read: () => Promise<WatchView>): Promise<WatchView> {
    const round = this.rounds.get(id) ?? this.open(id, read);
    if (this.closed) round.begin();
    return round.view;
  }

  wake(id: string): void {
    this.rounds.get(id)?.begin();
  }

  /** Nobody waits any longer. */
  onModuleDestroy(): void {
    this.closed = true;
    for (const round of this.rounds.values()) round.begin();
  }

  get isClosed(): boolean {
    return this.closed;
  }

  private open(id: string, read: () => Promise<WatchView>): Round {
    let begin = (): void => undefined;
    const time = new Promise<void>((resolve) => {
      const timer = setTimeout(() => begin(), READ_MS);
      begin = () => {
        clearTimeout(timer);
        // Those who come from now on wait for the next change.
        if (this.rounds.get(id) === round) this.rounds.delete(id);
        resolve();
      };
    });
    const round: Round = { begin: () => begin(), view: time.then(read) };
    this.rounds.set(id, round);
    return round;
  }
}
