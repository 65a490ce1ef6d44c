import { backoff } from '../../../src/shared/backoff';

/** Waits between tries, ms: the first is `firstMs`, each further one twice as long, at most `mostMs`. */
export interface Backoff {
  firstMs: number;
  mostMs: number;
  /** By which share a wait may be shorter, so that many pages don't come at the same moment. */
  spread: number;
}

/** A lost API: every page of its users notices at once. */
export const API_BACKOFF: Backoff = { firstMs: 500, mostMs: 8000, spread: 0.2 };
/** A lost connection for media: the one who speaks is missing on the air. */
export const MEDIA_BACKOFF: Backoff = { firstMs: 250, mostMs: 4000, spread: 0 };

/** @param attempt from 0 */
export function backoffMs(
  { firstMs, mostMs, spread }: Backoff,
  attempt: number,
  random: number = Math.random(),
): number {
  return Math.round(backoff(attempt + 1, { firstMs, mostMs }) * (1 - random * spread));
}

/** Tries again and again, with growing waits. */
export class Retry {
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private work: (() => void) | null = null;

  constructor(private readonly waits: Backoff) {}

  get isWaiting(): boolean {
    return this.timer !== null;
  }

  /** Calls `work` after the next wait, or when the device is online again, in place of what waits already. */
  later(work: () => void): void {
    this.cancel();
    this.work = work;
    this.timer = setTimeout(this.now, backoffMs(this.waits, this.attempt++));
    // Not there where the tests run.
    globalThis.addEventListener?.('online', this.now);
  }

  cancel(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = this.work = null;
    globalThis.removeEventListener?.('online', this.now);
  }

  /** It worked: the next wait is the first again. */
  reset(): void {
    this.attempt = 0;
  }

  private readonly now = (): void => {
    const { work } = this;
    this.cancel();
    work?.();
  };
}
