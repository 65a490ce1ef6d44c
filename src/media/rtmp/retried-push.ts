import { backoff } from '../../shared/backoff';
import type { RtmpPusher } from './pusher';

export interface RetriedPushOptions {
  /** As `RtmpPusher.connect`. */
  connect: () => Promise<RtmpPusher>;
  /** Pause before the first new attempt, and the longest, ms; doubled from one to the next. */
  retry: { firstMs: number; mostMs: number };
  /** After a session that lasted this long pauses begin with the first again, ms. */
  calmMs: number;
}

export interface RetriedPushEvents {
  onSession(pusher: RtmpPusher): void;
  /** The session was lost, or (null) could not be made. Another attempt follows, unless `stop` is called in here. */
  onLost(error: Error, pusher: RtmpPusher | null): void;
}

/** One push to an RTMP server, session after session: one that is lost is made again, with growing pauses. */
export class RetriedPush {
  private session: RtmpPusher | null = null;
  private timer: NodeJS.Timeout | null = null;
  private failures = 0;
  private sinceMs = 0;
  private started = false;
  /** Rises with every start and stop: the outcome of an attempt from an earlier run is ignored. */
  private run = 0;

  constructor(
    private readonly options: RetriedPushOptions,
    private readonly events: RetriedPushEvents,
  ) {}

  /** The session there is now. */
  get pusher(): RtmpPusher | null {
    return this.session;
  }

  /** Idempotent. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.run += 1;
    this.failures = 0;
    void this.dial();
  }

  /** Ends the publishing; resolves once what was sent has arrived. Idempotent; `start` begins anew. */
  async stop(): Promise<void> {
    this.started = false;
    this.run += 1;
    if (this.timer) clearTimeout(this.timer);
    const { session } = this;
    this.session = null;
    await session?.close();
  }

  /** Gives the session up for another. */
  fail(error: Error): void {
    const { run, session } = this;
    if (session && performance.now() - this.sinceMs >= this.options.calmMs) this.failures = 0;
    this.failures += 1;
    this.session = null;
    void session?.close();
    this.events.onLost(error, session);
    if (run !== this.run) return;
    this.timer = setTimeout(() => void this.dial(), backoff(this.failures, this.options.retry));
  }

  /** Never throws: an attempt that fails is made again later. */
  private async dial(): Promise<void> {
    const { run } = this;
    try {
      const pusher = await this.options.connect();
      if (run === this.run) this.begin(pusher);
      else await pusher.close();
    } catch (error) {
      if (run === this.run) this.fail(error as Error);
    }
  }

  private begin(pusher: RtmpPusher): void {
    pusher.once('close', (error) => {
      if (pusher === this.session) this.fail(error ?? new Error('the server closed the session'));
    });
    this.session = pusher;
    this.sinceMs = performance.now();
    this.events.onSession(pusher);
  }
}
