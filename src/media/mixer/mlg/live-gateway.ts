import type { MixOutput } from '../../../contracts';
import type { MediaLogger } from '../../contract';
import { annexBToAvcc } from '../../codec/h264/h264';
import { RtmpRefusedError, type RtmpPusher } from '../../rtmp';
import type { EncodedVideo } from '../../ffmpeg/x264-encoder';

/** What the gateway needs of a pusher. */
export type Pusher = Pick<
  RtmpPusher,
  'sendMetadata' | 'sendVideoConfig' | 'sendVideo' | 'sendAudioConfig' | 'sendAudio' | 'close'
> & { once(event: 'close', listener: (error: Error | null) => void): unknown };

/** What the stream begins with. */
export interface StreamHead {
  output: MixOutput;
  /** AVCDecoderConfigurationRecord and AudioSpecificConfig. */
  videoConfig: Buffer;
  audioConfig: Buffer;
}

export interface GatewayOptions {
  head: StreamHead;
  /** @throws RtmpRefusedError when the server says no; Error when it can't be reached */
  connect: () => Promise<Pusher>;
}

export interface GatewayEvents {
  /** The first keyframe of a session went out. */
  onRunning(): void;
  onRetrying(): void;
  /** The server refuses this stream. */
  onRefused(detail: string): void;
}

const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 2000;
/** A server that closes without an answer may be restarting; a refusal is final. */
const CLOSED_WITHOUT_ANSWER = 'closed';
/** Pictures that may wait for the sound of their time: more than the AAC encoder is behind. */
const MAX_WAITING = 16;
/** Ending the session in order may take this long, ms. */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * mlg, the live gateway: wraps the mix as RTMP and pushes it to the live system. Sound comes out of its encoder some
 * 50 ms after the picture of the same time, so pictures wait for it and the stream leaves in order of timestamps. A lost
 * session is made again; timestamps and encoders go on, and the new session begins with a keyframe. So does another
 * output, in the same session.
 */
export class LiveGateway {
  private pusher: Pusher | null = null;
  private timer: NodeJS.Timeout | null = null;
  private backoffMs = FIRST_BACKOFF_MS;
  private waiting: { frame: EncodedVideo; ms: number; head: StreamHead | null }[] = [];
  private head: StreamHead;
  /** The one that the pictures queued last belong to. */
  private headQueued: StreamHead;
  private keyframeQueued = false;
  private running = false;
  private opened = false;
  private closed = false;
  /** Sessions made after the first. */
  reconnects = 0;

  constructor(
    private readonly options: GatewayOptions,
    private readonly events: GatewayEvents,
    private readonly logger: MediaLogger,
  ) {
    this.head = this.headQueued = options.head;
  }

  /** Connects; idempotent. */
  open(): void {
    if (this.opened || this.closed) return;
    this.opened = true;
    void this.connect();
  }

  /** Whether there is a session to send into; without one nothing need be encoded. */
  get connected(): boolean {
    return this.pusher !== null;
  }

  /** The session, or a new head, waits for a keyframe to begin with. */
  get wantsKeyframe(): boolean {
    return this.connected && (!this.keyframeQueued || this.headQueued !== this.head);
  }

  /** What comes from now on is of other encoders. */
  change(head: StreamHead): void {
    this.head = head;
  }

  /** @param ms timestamp, since the start of the mix */
  video(frame: EncodedVideo, ms: number): void {
    if (!this.pusher || (this.wantsKeyframe && !frame.keyframe)) return;
    const head = this.headQueued === this.head ? null : this.head;
    this.headQueued = this.head;
    this.keyframeQueued = true;
    this.waiting.push({ frame, ms, head });
    if (this.waiting.length > MAX_WAITING) this.flush(this.waiting[0]!.ms);
  }

  /** @param ms timestamp of the first sample, since the start of the mix */
  audio(data: Buffer, ms: number): void {
    if (!this.pusher) return;
    this.flush(ms);
    if (this.running) this.pusher.sendAudio({ dtsMs: Math.round(ms), data });
  }

  /** Ends the session, letting what was sent arrive. Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    const { pusher } = this;
    this.pusher = null;
    if (!pusher) return;
    let timeout: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timeout = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([pusher.close(), patience]);
    clearTimeout(timeout);
  }

  /** Sends the pictures up to a timestamp. */
  private flush(ms: number): void {
    while (this.waiting.length > 0 && this.waiting[0]!.ms <= ms) {
      const { frame, ms: at, head } = this.waiting.shift()!;
      const dtsMs = Math.round(at);
      if (head) sendHead(this.pusher!, head, dtsMs);
      const data = annexBToAvcc(frame.data);
      this.pusher!.sendVideo({ dtsMs, ptsMs: dtsMs, keyframe: frame.keyframe, data });
      if (this.running) continue;
      this.running = true;
      this.events.onRunning();
    }
  }

  private async connect(): Promise<void> {
    this.timer = null;
    let pusher: Pusher;
    try {
      pusher = await this.options.connect();
    } catch (error) {
      this.onFailure(error as Error);
      return;
    }
    if (this.closed) {
      await pusher.close();
      return;
    }
    this.begin(pusher);
  }

  private begin(pusher: Pusher): void {
    this.backoffMs = FIRST_BACKOFF_MS;
    this.pusher = pusher;
    this.waiting = [];
    this.keyframeQueued = this.running = false;
    pusher.once('close', (error) => {
      if (this.pusher !== pusher) return;
      this.pusher = null;
      this.onFailure(error ?? new Error('the server closed the session'));
    });
    this.headQueued = this.head;
    sendHead(pusher, this.head, 0);
  }

  private onFailure(error: Error): void {
    if (this.closed) return;
    this.logger.warn({ error: error.message }, 'push lost');
    if (error instanceof RtmpRefusedError && error.code !== CLOSED_WITHOUT_ANSWER) {
      this.events.onRefused(error.message);
      return;
    }
    this.reconnects++;
    this.events.onRetrying();
    this.timer = setTimeout(() => void this.connect(), this.backoffMs);
    this.backoffMs = Math.min(this.backoffMs * 2, MAX_BACKOFF_MS);
  }
}

/** @param dtsMs of the first picture that follows */
function sendHead(pusher: Pusher, { output, videoConfig, audioConfig }: StreamHead, dtsMs: number): void {
  const { width, height, fps, videoBitrate, audioBitrate } = output;
  pusher.sendMetadata({
    width,
    height,
    framerate: fps,
    videocodecid: 7,
    videodatarate: videoBitrate / 1000,
    audiocodecid: 10,
    audiodatarate: audioBitrate / 1000,
    audiosamplerate: 48_000,
    stereo: true,
  });
  pusher.sendVideoConfig(videoConfig, dtsMs);
  pusher.sendAudioConfig(audioConfig, dtsMs);
}
