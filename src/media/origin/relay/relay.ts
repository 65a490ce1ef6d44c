import { EventEmitter } from 'node:events';
import type { RelayState, RelayTrouble } from '../../../contracts';
import type { Outbound, RelaySnapshot } from '../../contract';
import { RtmpPusher, RtmpRefusedError } from '../../rtmp';
import type { Stream } from '../../stream';
import { RelayWriter } from './relay-writer';

export interface RelayOptions {
  /** What may be connected to. Default: anything. */
  outbound?: Outbound;
  /** Connect, handshake and the answer to publish together, ms. */
  connectTimeoutMs: number;
  /** Bytes that may wait before units are dropped up to the next keyframe. */
  maxQueueBytes: number;
  /** An outside server that has been too slow for this long is connected to again, ms. */
  maxSkipMs: number;
  /** Pause before the first new attempt, and the longest, ms; doubled from one to the next. */
  retryMs: { first: number; most: number };
  /** After a session that lasted this long pauses begin with the first again, ms. */
  calmMs: number;
}

export const RELAY: RelayOptions = {
  connectTimeoutMs: 10_000,
  maxQueueBytes: 4 << 20,
  maxSkipMs: 15_000,
  retryMs: { first: 1000, most: 30_000 },
  calmMs: 10_000,
};

/**
 * Relays one channel to an outside RTMP server, in one session for as long as the channel is on the air and the
 * server takes it: over hand-overs, and while viewers are held. A lost session is tried again with growing pauses.
 * `change` follows its state, with the code of the error where there was one; never with the server's own words, which
 * may repeat the key.
 */
export class Relay extends EventEmitter<{ change: [code: string | undefined] }> {
  private state: RelayState = 'idle';
  private reason: RelayTrouble | null = null;
  private sessions = 0;
  private droppedBefore = 0;
  private pusher: RtmpPusher | null = null;
  private writer: RelayWriter | null = null;
  private timer: NodeJS.Timeout | null = null;
  private pauseMs: number;
  private liveSince = 0;
  /** Rises with every start and stop: the outcome of an attempt from an earlier run is ignored. */
  private run = 0;

  constructor(
    private readonly stream: Stream,
    readonly url: string,
    private readonly options: RelayOptions,
  ) {
    super();
    this.pauseMs = options.retryMs.first;
  }

  get snapshot(): RelaySnapshot {
    const { state, reason, sessions } = this;
    return { state, reason, dropped: this.droppedBefore + (this.pusher?.droppedUnits ?? 0), sessions };
  }

  /** The channel is on the air. Idempotent. */
  start(): void {
    if (this.state !== 'idle') return;
    this.run += 1;
    this.pauseMs = this.options.retryMs.first;
    this.turn('connecting', null);
    void this.dial();
  }

  /** Ends the publishing. Idempotent. */
  stop(): void {
    if (this.state === 'idle') return;
    this.run += 1;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.endSession();
    this.turn('idle', null);
  }

  /** Never throws: an attempt that fails is made again later. */
  private async dial(): Promise<void> {
    const { run } = this;
    const { outbound, connectTimeoutMs, maxQueueBytes, maxSkipMs } = this.options;
    try {
      const options = { outbound, connectTimeoutMs, maxQueueBytes, maxSkipMs };
      const pusher = await RtmpPusher.connect(this.url, options);
      if (run === this.run) this.begin(pusher);
      else await pusher.close();
    } catch (error) {
      if (run === this.run) this.retry(troubleOf(error), codeOf(error));
    }
  }

  private begin(pusher: RtmpPusher): void {
    pusher.once('close', () => {
      if (pusher === this.pusher) this.retry('lost');
    });
    this.pusher = pusher;
    this.sessions += 1;
    this.liveSince = performance.now();
    this.writer = new RelayWriter(this.stream, pusher, () => this.retry('too_slow'));
    this.turn('live', null);
  }

  private retry(reason: RelayTrouble, code?: string): void {
    const { first, most } = this.options.retryMs;
    if (this.pusher && performance.now() - this.liveSince >= this.options.calmMs) this.pauseMs = first;
    this.endSession();
    this.timer = setTimeout(() => void this.dial(), this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, most);
    this.turn('retrying', reason, code);
  }

  private endSession(): void {
    const { pusher } = this;
    this.writer?.close();
    this.writer = this.pusher = null;
    if (!pusher) return;
    this.droppedBefore += pusher.droppedUnits;
    void pusher.close();
  }

  private turn(state: RelayState, reason: RelayTrouble | null, code?: string): void {
    if (state === this.state && reason === this.reason) return;
    this.state = state;
    this.reason = reason;
    this.emit('change', code);
  }
}

function troubleOf(error: unknown): RelayTrouble {
  if (error instanceof RtmpRefusedError) return 'refused';
  const code = codeOf(error);
  if (code === 'ADDRESS_REFUSED') return 'address_refused';
  return code === undefined ? 'no_answer' : 'unreachable';
}

/** Of the system or of TLS. A code that the server has sent is not passed on. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof RtmpRefusedError) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
