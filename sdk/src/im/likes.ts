import { Scope } from '../util/scope';
import type { ImConnection } from './connection';

/** As the server takes them. */
const PERIOD_MS = 1000;
const MAX_COUNT = 50;

/** This user's likes: the first goes out at once, those of the next second together. They are a wish, so a lost one stays lost. */
export class Likes {
  private waiting = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly scope = new Scope();

  constructor(
    private readonly im: ImConnection,
    private readonly channelId: string,
  ) {
    this.scope.hold(() => {
      if (this.timer) clearTimeout(this.timer);
    });
  }

  add(): void {
    if (this.scope.isOver) return;
    this.waiting = Math.min(this.waiting + 1, MAX_COUNT);
    if (!this.timer) this.send();
  }

  close(): void {
    this.scope.end();
  }

  private send(): void {
    const count = this.waiting;
    this.waiting = 0;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.waiting > 0) this.send();
    }, PERIOD_MS);
    this.im.ask('live:like', { channelId: this.channelId, count }).catch(() => undefined);
  }
}
