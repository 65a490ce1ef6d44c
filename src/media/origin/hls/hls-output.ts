import type { Stream } from '../../stream';
import { HLS_LIMITS, type HlsLimits } from './limits';
import { Numbers } from './numbers';
import { Presentation } from './presentation';
import { Viewers } from './sessions';
import { tracksOf, type Tracks } from './tracks';

/** How often it checks whether anybody still asks, ms. */
const SWEEP_MS = 1000;

export interface HlsOutputOptions {
  limits?: Partial<HlsLimits>;
  /** Wall clock, ms since 1970. */
  now?: () => number;
}

/**
 * HLS of one channel. Packing begins with the first request and stops some seconds after the last; once the channel has
 * ended, what is left can be fetched for as long, and then it is `gone`.
 */
export class HlsOutput {
  private readonly limits: HlsLimits;
  private readonly now: () => number;
  private readonly numbers: Numbers;
  private readonly sessions: Viewers;
  private presentation: Presentation | null = null;
  /** Discontinuities of former presentations; null: there was none. */
  private former: number | null = null;
  private askedAt = 0;
  private sweeper: NodeJS.Timeout | null = null;
  private onGone: (() => void) | null = null;

  constructor(
    private readonly stream: Stream,
    options: HlsOutputOptions = {},
  ) {
    this.limits = { ...HLS_LIMITS, ...options.limits };
    this.now = options.now ?? Date.now;
    this.numbers = new Numbers(this.now());
    this.sessions = new Viewers(this.limits.maxViewers);
  }

  /** Sessions that have asked lately. */
  get viewers(): number {
    return this.onGone ? 0 : this.sessions.count(this.silenceMs);
  }

  /** What a multivariant playlist says; null: nothing that HLS could carry. */
  get tracks(): Tracks | null {
    return tracksOf(this.stream);
  }

  /** A request came: packing begins unless it runs. Null when the channel ended before the first one. */
  ask(): Presentation | null {
    if (this.onGone) return this.presentation;
    this.askedAt = performance.now();
    this.sweeper ??= setInterval(() => this.sweep(), SWEEP_MS);
    return (this.presentation ??= this.present());
  }

  /** Is the session one that asked lately? */
  knows(session: string): boolean {
    return this.sessions.has(session);
  }

  /** A viewer's session asks. */
  touch(session: string): void {
    if (this.onGone) return;
    this.sessions.touch(session);
    this.askedAt = performance.now();
  }

  /** The channel has ended; `onGone` is called once nobody needs the rest any more, at once if nobody watches. */
  end(onGone: () => void): void {
    if (this.onGone) return;
    this.onGone = onGone;
    this.presentation?.end();
    this.askedAt = performance.now();
    if (!this.presentation) this.close();
  }

  /** Stops at once and answers the requests that wait. Idempotent. */
  close(): void {
    if (this.sweeper) clearInterval(this.sweeper);
    this.sweeper = null;
    this.presentation?.end();
    this.former = this.presentation?.discontinuities ?? this.former;
    this.presentation = null;
    this.onGone?.();
  }

  private get silenceMs(): number {
    return Math.max(this.limits.viewerMs, this.presentation?.edgeMs ?? 0);
  }

  private present(): Presentation {
    const resumes = this.former === null ? null : { discontinuities: this.former };
    return new Presentation(this.stream, this.limits, this.numbers, resumes, this.now);
  }

  private sweep(): void {
    if (performance.now() - this.askedAt > this.silenceMs) this.close();
  }
}
