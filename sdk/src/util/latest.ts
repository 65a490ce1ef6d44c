import type { ImConnection } from '../im/connection';
import { Refresh } from './refresh';
import { type Readable, Value } from './value';

export interface LatestOptions<T> {
  /** null: there is none. */
  fetch: () => Promise<T | null>;
  /** Of what came and what was known the newer one, however late it came. */
  newer: (came: T, known: T) => T;
}

/** A view that is fetched at each connect and also comes with signals and answers, in any order: the newest is held. */
export class Latest<T extends { id: string }> {
  readonly view: Readable<T | null>;
  private readonly held = new Value<T | null>(null);
  /** The newest that was ever held: it may be over by now. */
  private newest: T | null = null;
  private readonly refreshing: Refresh;
  /** What has come so far: an answer that was asked for before the last of it may know less. */
  private came = 0;

  constructor(
    im: Pick<ImConnection, 'onConnect'>,
    private readonly options: LatestOptions<T>,
  ) {
    this.view = this.held;
    this.refreshing = new Refresh(im, () => this.fetch());
  }

  /** It came with a signal, or is the answer to something else. */
  told(view: T): void {
    this.came++;
    this.take(view);
  }

  /** A part of what is held has changed; an answer that is on its way is as good as before. */
  patch(change: (held: T) => T): void {
    if (this.held.value) this.take(change(this.held.value));
  }

  refresh(): Promise<void> {
    return this.refreshing.now();
  }

  close(): void {
    this.refreshing.close();
  }

  private async fetch(): Promise<void> {
    const before = this.came;
    const view = await this.options.fetch();
    // Overtaken by a signal or another answer. It may still be the newer of the two, so the server is asked again.
    if (before !== this.came) return this.refreshing.soon();
    this.came++;
    if (view) this.take(view);
    else this.held.value = null;
  }

  private take(view: T): void {
    const { newest } = this;
    const next = newest ? this.options.newer(view, newest) : view;
    // Since the server said that it is over, what comes late of it, or of one before, is old.
    if (newest && this.held.value === null && next.id === newest.id) return;
    this.newest = this.held.value = next;
  }
}
