import { EventEmitter } from 'node:events';
import type { RelayState, RelayTrouble } from '../../../contracts';
import type { Outbound, RelaySnapshot } from '../../contract';
import { RetriedPush, RtmpLoopError, RtmpPusher, RtmpRefusedError } from '../../rtmp';
import type { Stream } from '../../stream';
import { RelayWriter } from './relay-writer';

export interface RelayOptions {
  /** What may be connected to. Default: anything. */
  outbound?: Outbound;
  /** Is this this node's own RTMP port? */
  isSelf?: (address: string, port: number) => boolean;
  /** Connect, handshake and the answer to publish together, ms. */
  connectTimeoutMs: number;
  /** Bytes that may wait before units are dropped up to the next keyframe. */
  maxQueueBytes: number;
  /** An outside server that has been too slow for this long is connected to again, ms. */
  maxSkipMs: number;
  /** Pause before the first new attempt, and the longest, ms; doubled from one to the next. */
  retry: { firstMs: number; mostMs: number };
  /** After a session that lasted this long pauses begin with the first again, ms. */
  calmMs: number;
}

export const RELAY: RelayOptions = {
  connectTimeoutMs: 10_000,
  maxQueueBytes: 4 << 20,
  maxSkipMs: 15_000,
  retry: { firstMs: 1000, mostMs: 30_000 },
  calmMs: 10_000,
};

const LOOP = new RtmpLoopError().code;
const TOO_SLOW = new Error('the server is too slow');

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
  private writer: RelayWriter | null = null;
  private readonly push: RetriedPush;

  constructor(
    private readonly channelId: string,
    private readonly stream: Stream,
    readonly url: string,
    options: RelayOptions,
  ) {
    super();
    const { retry, calmMs } = options;
    const connect = (): Promise<RtmpPusher> => RtmpPusher.connect(url, options);
    this.push = new RetriedPush(
      { connect, retry, calmMs },
      {
        onSession: (pusher) => this.begin(pusher),
        onLost: (error, pusher) => this.lost(error, pusher),
      },
    );
  }

  get snapshot(): RelaySnapshot {
    const { state, reason, sessions } = this;
    return { state, reason, dropped: this.droppedBefore + (this.push.pusher?.droppedUnits ?? 0), sessions };
  }

  /** The channel is on the air. Idempotent. */
  start(): void {
    if (this.state !== 'idle') return;
    this.turn('connecting', null);
    this.push.start();
  }

  /** Ends the publishing. Idempotent. */
  stop(): void {
    if (this.state === 'idle') return;
    this.settle(this.push.pusher);
    void this.push.stop();
    this.turn('idle', null);
  }

  private begin(pusher: RtmpPusher): void {
    this.sessions += 1;
    this.writer = new RelayWriter(this.channelId, this.stream, pusher, () => this.push.fail(TOO_SLOW));
    this.turn('live', null);
  }

  private lost(error: Error, pusher: RtmpPusher | null): void {
    this.settle(pusher);
    if (error === TOO_SLOW) this.turn('retrying', 'too_slow');
    else if (pusher && codeOf(error) !== LOOP) this.turn('retrying', 'lost');
    else this.turn('retrying', troubleOf(error), codeOf(error));
  }

  /** Nothing more is written to a session. */
  private settle(pusher: RtmpPusher | null): void {
    this.writer?.close();
    this.writer = null;
    this.droppedBefore += pusher?.droppedUnits ?? 0;
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
  if (code === LOOP) return 'loop';
  return code === undefined ? 'no_answer' : 'unreachable';
}

/** Of the system or of TLS. A code that the server has sent is not passed on. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof RtmpRefusedError) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
