import { EventEmitter } from 'node:events';
import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { NAL, nalType } from '../../../src/media/codec/h264/h264';
import {
  FLV_AUDIO,
  FLV_VIDEO,
  FlvReader,
  parseFlvAudio,
  parseFlvVideo,
  type FlvTag,
} from '../../../src/media/codec/flv/flv';

export interface CapturedTag {
  kind: 'video' | 'audio' | 'video-config' | 'audio-config' | 'video-marker' | 'script';
  /** ms, as in the tag. */
  dtsMs: number;
  ptsMs: number;
  keyframe: boolean;
  bytes: number;
  /** ms, performance.now() at arrival. */
  arrivedAt: number;
}

export interface CaptureFigures {
  /** Largest distance between consecutive pictures by PTS, ms. */
  largestVideoGapMs: number;
  /** Largest time between arrivals of consecutive video frames, ms (the first burst left out). */
  largestArrivalGapMs: number;
  /** Tags whose DTS is before that of an earlier one of the same track. */
  backwardTimestamps: number;
  videoConfigs: number;
  audioConfigs: number;
}

/** A refused viewer: HTTP status and the problem's code. */
export class ViewRefusedError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`view refused: ${status} ${code}`);
  }
}

/** An HTTP-FLV viewer that keeps all it receives. Emits `tag` for every tag and `close` when the connection ends. */
export class FlvCapture extends EventEmitter<{ tag: [CapturedTag]; close: [] }> {
  readonly tags: CapturedTag[] = [];
  /** Did the server (or the network) end the connection before `stop` was called? */
  closedByServer = false;
  private readonly parts: Buffer[] = [];
  private readonly reader = new FlvReader();
  private stopped = false;
  private ended = false;

  private constructor(
    private readonly request: ClientRequest,
    private readonly response: IncomingMessage,
  ) {
    super();
    this.setMaxListeners(0);
    response.on('data', (data: Buffer) => this.onData(data));
    response.on('error', () => undefined); // a cut connection; 'close' follows
    response.on('close', () => {
      this.ended = true;
      this.closedByServer = !this.stopped;
      this.emit('close');
    });
  }

  /** Begins to watch. @throws ViewRefusedError when the server answers anything but 200. */
  static async open(url: string): Promise<FlvCapture> {
    const request = get(url);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });
    request.on('error', () => undefined);
    if (response.statusCode === 200) return new FlvCapture(request, response);
    const parts: Buffer[] = [];
    for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
    const problem = JSON.parse(Buffer.concat(parts).toString() || '{}') as { code?: string };
    throw new ViewRefusedError(response.statusCode ?? 0, problem.code ?? '');
  }

  /** As `open`, but tries until the channel is on the air. */
  static async openWhenOnAir(url: string, timeoutMs = 10_000): Promise<FlvCapture> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      try {
        return await FlvCapture.open(url);
      } catch (error) {
        if (!(error instanceof ViewRefusedError) || error.status !== 404 || Date.now() > deadline)
          throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** All bytes so far: an FLV file. */
  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  /** The last tag so far. */
  get last(): CapturedTag | undefined {
    return this.tags.at(-1);
  }

  /**
   * Resolves with the first tag, from now on, for which `predicate` holds.
   * @throws Error after `timeoutMs`, or when the connection ends before.
   */
  waitFor(
    predicate: (tag: CapturedTag, capture: FlvCapture) => boolean,
    timeoutMs = 15_000,
  ): Promise<CapturedTag> {
    return new Promise((resolve, reject) => {
      const finish = (result: CapturedTag | Error): void => {
        clearTimeout(timer);
        this.off('tag', onTag).off('close', onClose);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const onTag = (tag: CapturedTag): void => {
        if (predicate(tag, this)) finish(tag);
      };
      const onClose = (): void => finish(new Error('the viewer was disconnected while waiting'));
      const timer = setTimeout(() => finish(new Error(`no such tag within ${timeoutMs} ms`)), timeoutMs);
      this.on('tag', onTag).on('close', onClose);
      if (this.ended) onClose();
    });
  }

  /** Resolves when this much more media (ms of video DTS, from the next frame on) has arrived. */
  async play(ms: number): Promise<void> {
    const first = await this.waitFor((tag) => tag.kind === 'video');
    await this.waitFor((tag) => tag.kind === 'video' && tag.dtsMs >= first.dtsMs + ms, ms + 15_000);
  }

  /** As `play`, by the sound. */
  async listen(ms: number): Promise<void> {
    const first = await this.waitFor((tag) => tag.kind === 'audio');
    await this.waitFor((tag) => tag.kind === 'audio' && tag.dtsMs >= first.dtsMs + ms, ms + 15_000);
  }

  /** Resolves when the server has ended the connection. */
  async waitForEnd(timeoutMs = 15_000): Promise<void> {
    if (this.ended) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ended within ${timeoutMs} ms`)), timeoutMs);
      this.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  figures(): CaptureFigures {
    const video = this.tags.filter((tag) => tag.kind === 'video');
    const settled = video.filter((tag) => tag.arrivedAt > (video[0]?.arrivedAt ?? 0) + 100);
    return {
      largestVideoGapMs: largestStep(this.completePictures(video)),
      largestArrivalGapMs: largestStep(settled.map((tag) => tag.arrivedAt)),
      backwardTimestamps: this.countBackward('video') + this.countBackward('audio'),
      videoConfigs: this.tags.filter((tag) => tag.kind === 'video-config').length,
      audioConfigs: this.tags.filter((tag) => tag.kind === 'audio-config').length,
    };
  }

  /** Stops watching. Idempotent. */
  stop(): void {
    this.stopped = true;
    this.request.destroy();
    this.response.destroy();
  }

  /** PTS in order, up to where every picture has arrived: of the last ones B-frames may be missing. */
  private completePictures(video: CapturedTag[]): number[] {
    const end = video.at(-1)?.dtsMs ?? 0;
    return video
      .map((tag) => tag.ptsMs)
      .filter((pts) => pts <= end)
      .sort((a, b) => a - b);
  }

  private countBackward(track: 'video' | 'audio'): number {
    const times = this.tags.filter((tag) => tag.kind.startsWith(track)).map((tag) => tag.dtsMs);
    return times.filter((time, i) => time < (times[i - 1] ?? 0)).length;
  }

  private onData(data: Buffer): void {
    this.parts.push(data);
    for (const tag of this.reader.push(data)) {
      const captured = describe(tag);
      this.tags.push(captured);
      this.emit('tag', captured);
    }
  }
}

function describe(tag: FlvTag): CapturedTag {
  const { timestampMs: dtsMs, body } = tag;
  const base = { dtsMs, ptsMs: dtsMs, keyframe: false, bytes: body.length, arrivedAt: performance.now() };
  if (tag.type === FLV_AUDIO) {
    return { ...base, kind: parseFlvAudio(body)?.kind === 'config' ? 'audio-config' : 'audio' };
  }
  if (tag.type !== FLV_VIDEO) return { ...base, kind: 'script' };
  const video = parseFlvVideo(body);
  if (video?.kind !== 'frame') return { ...base, kind: 'video-config' };
  // A video tag without a picture: the hub's sign for players that another encoder follows.
  if (nalType(video.data.subarray(4)) === NAL.endOfSequence) return { ...base, kind: 'video-marker' };
  return { ...base, kind: 'video', keyframe: video.keyframe, ptsMs: dtsMs + video.compositionMs };
}

function largestStep(values: number[]): number {
  return values.reduce((largest, value, i) => Math.max(largest, value - (values[i - 1] ?? value)), 0);
}
