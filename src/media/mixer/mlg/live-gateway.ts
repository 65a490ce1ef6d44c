import type { MixOutput } from '../../../contracts';
import type { MediaLogger } from '../../contract';
import { annexBToAvcc } from '../../codec/h264/h264';
import { RetriedPush, RtmpRefusedError, type RtmpPusher } from '../../rtmp';
import { Interleaver } from '../../stream';
import type { EncodedVideo } from '../../ffmpeg/h264-encoder';

/** What the stream begins with. */
export interface StreamHead {
  output: MixOutput;
  /** AVCDecoderConfigurationRecord; null: sound only. */
  videoConfig: Buffer | null;
  /** AudioSpecificConfig. */
  audioConfig: Buffer;
}

export interface GatewayOptions {
  head: StreamHead;
  /** @throws RtmpRefusedError when the server says no; Error when it can't be reached */
  connect: () => Promise<RtmpPusher>;
}

export interface GatewayEvents {
  /** The first keyframe of a session went out, or the first sound where there is no picture. */
  onRunning(): void;
  onRetrying(): void;
  /** The server refuses this stream. */
  onRefused(detail: string): void;
}

/** Pauses between two attempts; a session, however short, begins with the first again. */
const RETRY = { retry: { firstMs: 250, mostMs: 2000 }, calmMs: 0 };
/** A server that closes without an answer may be restarting; a refusal is final. */
const CLOSED_WITHOUT_ANSWER = 'closed';
/** More frames than the AAC encoder is behind. */
const INTERLEAVING = { maxWaiting: 16, maxWaitMs: Infinity };
/** Ending the session in order may take this long, ms. */
const CLOSE_TIMEOUT_MS = 1000;

interface TimedFrame {
  dtsMs: number;
  frame: EncodedVideo;
  /** What has to be sent before it. */
  head: StreamHead | null;
}

/**
 * mlg, the live gateway: wraps the mix as RTMP and pushes it to the live system, in order of timestamps (AAC comes out
 * of its encoder some 50 ms later than the video of its time). A lost session is made again; timestamps and encoders go
 * on, and the new session begins with a keyframe. So does another output, in the same session. Sound only begins with any
 * frame of it.
 */
export class LiveGateway {
  private readonly push: RetriedPush;
  private readonly waiting = new Interleaver<TimedFrame>(INTERLEAVING, (frame) => this.send(frame));
  private head: StreamHead;
  /** The head of the frames queued last. */
  private headQueued: StreamHead;
  private keyframeQueued = false;
  private running = false;
  /** Sessions made after the first. */
  reconnects = 0;

  constructor(
    { head, connect }: GatewayOptions,
    private readonly events: GatewayEvents,
    private readonly logger: MediaLogger,
  ) {
    this.head = this.headQueued = head;
    this.push = new RetriedPush(
      { ...RETRY, connect },
      { onSession: (pusher) => this.begin(pusher), onLost: (error) => this.onLost(error) },
    );
  }

  /** Connects; idempotent. */
  open(): void {
    this.push.start();
  }

  /** Whether there is a session to send into; without one encoding is a waste. */
  get connected(): boolean {
    return this.push.pusher !== null;
  }

  /** The session, or a new head, waits for a keyframe to begin with. */
  get wantsKeyframe(): boolean {
    if (!this.connected || this.head.videoConfig === null) return false;
    return !this.keyframeQueued || this.headQueued !== this.head;
  }

  /** `connect` leads elsewhere now: the session there, which may hang, is given up for one here. */
  redirect(): void {
    if (this.connected) this.push.fail(new Error('the channel has another media node'));
  }

  /** Frames from now on come from other encoders. */
  change(head: StreamHead): void {
    this.head = head;
  }

  /** @param ms timestamp, since the start of the mix */
  video(frame: EncodedVideo, ms: number): void {
    if (!this.connected || (this.wantsKeyframe && !frame.keyframe)) return;
    const head = this.headQueued === this.head ? null : this.head;
    this.headQueued = this.head;
    this.keyframeQueued = true;
    this.waiting.hold({ dtsMs: ms, frame, head }, ms);
  }

  /** @param ms timestamp of the first sample, since the start of the mix */
  audio(data: Buffer, ms: number): void {
    this.push.pusher?.together(() => {
      this.waiting.releaseUpTo(ms);
      if (this.head.videoConfig === null && this.waiting.isEmpty) this.beginSoundOnly(ms);
      if (this.running) this.push.pusher?.sendAudio({ dtsMs: Math.round(ms), data });
    });
  }

  /** Ends the session, letting what was sent arrive. Idempotent. */
  async close(): Promise<void> {
    let timeout: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timeout = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([this.push.stop(), patience]);
    clearTimeout(timeout);
  }

  private send({ dtsMs: ms, frame, head }: TimedFrame): void {
    const { pusher } = this.push;
    if (!pusher) return;
    const dtsMs = Math.round(ms);
    if (head) sendHead(pusher, head, dtsMs);
    pusher.sendVideo({ dtsMs, ptsMs: dtsMs, keyframe: frame.keyframe, data: annexBToAvcc(frame.data) });
    if (!this.running) this.run();
  }

  /** Once all pictures are out. */
  private beginSoundOnly(ms: number): void {
    const { pusher } = this.push;
    if (pusher && this.headQueued !== this.head) {
      pusher.sendVideoEnd(Math.round(ms));
      sendHead(pusher, this.head, Math.round(ms));
      this.headQueued = this.head;
    }
    if (!this.running) this.run();
  }

  private run(): void {
    this.running = true;
    this.events.onRunning();
  }

  private begin(pusher: RtmpPusher): void {
    this.waiting.clear();
    this.keyframeQueued = this.running = false;
    this.headQueued = this.head;
    sendHead(pusher, this.head, 0);
  }

  private onLost(error: Error): void {
    this.logger.warn({ error: error.message }, 'push lost');
    if (error instanceof RtmpRefusedError && error.code !== CLOSED_WITHOUT_ANSWER) {
      void this.push.stop();
      this.events.onRefused(error.message);
      return;
    }
    this.reconnects++;
    this.events.onRetrying();
  }
}

/** @param dtsMs of the first frame that follows */
function sendHead(pusher: RtmpPusher, { output, videoConfig, audioConfig }: StreamHead, dtsMs: number): void {
  const { width, height, fps, videoBitrate, audioBitrate } = output;
  pusher.sendMetadata({
    ...(videoConfig && {
      ...{ width, height, framerate: fps },
      ...{ videocodecid: 7, videodatarate: videoBitrate / 1000 },
    }),
    audiocodecid: 10,
    audiodatarate: audioBitrate / 1000,
    audiosamplerate: 48_000,
    stereo: true,
  });
  if (videoConfig) pusher.sendVideoConfig(videoConfig, dtsMs);
  pusher.sendAudioConfig(audioConfig, dtsMs);
}
