import { LianmaiError } from '../errors';
import type { ImConnection } from '../im/connection';
import { API_BACKOFF, Retry } from './retry';
import { Scope } from './scope';

/** Fetches at each connect, since signals that came meanwhile are lost; and again while that fails for what passes. */
export class Refresh {
  private readonly retry = new Retry(API_BACKOFF);
  private readonly scope = new Scope();
  /** Rises with each begin: what an older one ends with doesn't count. */
  private turn = 0;

  /** @param fetch it has worked when it resolves */
  constructor(
    im: Pick<ImConnection, 'onConnect'>,
    private readonly fetch: () => Promise<void>,
  ) {
    this.scope.hold(() => this.retry.cancel());
    this.scope.hold(im.onConnect(() => void this.now()));
  }

  /** Resolves when it was tried once. */
  async now(): Promise<void> {
    this.retry.cancel();
    const mine = ++this.turn;
    try {
      await this.fetch();
      if (mine === this.turn) this.retry.reset();
    } catch (error) {
      // A final refusal (the channel is gone) leaves what is held as it is.
      if (mine === this.turn && LianmaiError.of(error).isPassing) this.soon();
    }
  }

  /** After a while. */
  soon(): void {
    if (!this.scope.isOver) this.retry.later(() => void this.now());
  }

  close(): void {
    this.scope.end();
  }
}
