import type { ImConnection } from '../im/connection';
import { Scope } from './scope';
import { type Readable, Value } from './value';

export interface LatestOptions<T> {
  fetch: () => Promise<T>;
  /** Of what came and what is held the newer one, however late it came. */
  newer: (came: T, held: T) => T;
  initial: T;
}

/** A view that is fetched at each connect and also comes with signals and answers, in any order: the newest is held. */
export class Latest<T> {
  readonly view: Readable<T>;
  private readonly held: Value<T>;
  private readonly scope = new Scope();
  /** Rises with everything that came: an answer that was asked for before it may know less. */
  private turn = 0;

  constructor(
    im: Pick<ImConnection, 'onConnect'>,
    private readonly options: LatestOptions<T>,
  ) {
    this.held = new Value(options.initial);
    this.view = this.held;
    this.scope.hold(im.onConnect(() => void this.refresh()));
  }

  /** It came with a signal, or is the answer to something else. */
  told(view: T): void {
    this.turn++;
    this.held.value = this.options.newer(view, this.held.value);
  }

  async refresh(): Promise<void> {
    const mine = ++this.turn;
    try {
      const view = await this.options.fetch();
      if (mine === this.turn && !this.scope.isOver) this.told(view);
    } catch {
      // The server is away: what is held stays, and the next connect asks again.
    }
  }

  close(): void {
    this.scope.end();
  }
}
