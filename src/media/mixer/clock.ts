import { AUDIO_BLOCK_SAMPLES, AUDIO_RATE } from '../codec/audio/pcm';

const AUDIO_BLOCK_MS = (AUDIO_BLOCK_SAMPLES / AUDIO_RATE) * 1000;

/** At most this many late video frames are produced after a stall; the rest are dropped and counted. */
const MAX_LATE_FRAMES = 3;
/** The same for audio: one second, since a gap in it is worse. */
const MAX_LATE_BLOCKS = Math.round(1000 / AUDIO_BLOCK_MS);
/** Work done in one go before the event loop may look at packets again. */
const MAX_EVENTS_PER_WAKE = 4;

/** A picture is drawn this long after its timestamp at most, ms: it must not come after the sound that follows it. */
const MAX_LAG_MS = 40;

/** Times are ms since the clock's origin, whenever the event is handled. */
export interface ClockEvent {
  kind: 'video' | 'audio';
  index: number;
  /** The timestamp. */
  ms: number;
  /**
   * When it is drawn or mixed. A picture stands for the time in which it is shown, so it is drawn in the middle of that:
   * drawn at its beginning, it would be half a frame late on average, and audio is not.
   */
  dueMs: number;
}

/**
 * Counts which video frames and audio blocks are due. Both count from one origin, so their timestamps can't drift
 * apart, and the time of the n-th is a product and not a sum (one a frame rate), so they can't drift from the clock
 * either. Pure: the caller brings the time.
 */
export class OutputSchedule {
  private nextFrame = 0;
  private nextBlock = 0;
  /** Where the present frame rate began. */
  private firstFrame = 0;
  private firstFrameMs = 0;
  framesDropped = 0;
  blocksDropped = 0;

  /** @param fps frames per second, fractions allowed */
  constructor(private fps: number) {}

  /** Another rate: the next frame keeps its timestamp, those after it follow at the new rate. */
  setFps(fps: number): void {
    this.firstFrameMs = this.frameMs(this.nextFrame);
    this.firstFrame = this.nextFrame;
    this.fps = fps;
  }

  private frameMs(index: number): number {
    return this.firstFrameMs + ((index - this.firstFrame) * 1000) / this.fps;
  }

  /** From a frame's timestamp to its drawing. */
  private get lagMs(): number {
    return Math.min(500 / this.fps, MAX_LAG_MS);
  }

  /** The next event, due or not, in the order in which they are due. */
  private peek(): ClockEvent {
    const frameMs = this.frameMs(this.nextFrame);
    const dueMs = frameMs + this.lagMs;
    const blockMs = this.nextBlock * AUDIO_BLOCK_MS;
    return blockMs <= dueMs
      ? { kind: 'audio', index: this.nextBlock, ms: blockMs, dueMs: blockMs }
      : { kind: 'video', index: this.nextFrame, ms: frameMs, dueMs };
  }

  /** Takes the earliest event that is due at `elapsedMs`, or null. What is too late is skipped and counted. */
  take(elapsedMs: number): ClockEvent | null {
    const dueFrames = Math.floor(((elapsedMs - this.lagMs - this.firstFrameMs) * this.fps) / 1000);
    const lateFrames = this.firstFrame + dueFrames - this.nextFrame;
    if (lateFrames > MAX_LATE_FRAMES) {
      this.nextFrame += lateFrames;
      this.framesDropped += lateFrames;
    }
    const lateBlocks = Math.floor(elapsedMs / AUDIO_BLOCK_MS) - this.nextBlock;
    if (lateBlocks > MAX_LATE_BLOCKS) {
      this.nextBlock += lateBlocks;
      this.blocksDropped += lateBlocks;
    }
    const event = this.peek();
    if (event.dueMs > elapsedMs) return null;
    if (event.kind === 'video') this.nextFrame++;
    else this.nextBlock++;
    return event;
  }

  /** When the next event is due, ms since the origin. */
  get nextMs(): number {
    return this.peek().dueMs;
  }
}

/** The mix's clock: fires due events from a monotonic clock, never waiting for anything but time. */
export class OutputClock {
  private readonly schedule: OutputSchedule;
  private timer: NodeJS.Timeout | null = null;
  private immediate: NodeJS.Immediate | null = null;
  private originMs: number | null = null;
  private stopped = false;

  /** @param now monotonic ms */
  constructor(
    fps: number,
    private readonly now: () => number,
    private readonly onEvent: (event: ClockEvent) => void,
  ) {
    this.schedule = new OutputSchedule(fps);
  }

  get started(): boolean {
    return this.originMs !== null;
  }
  /** Monotonic ms of timestamp 0. */
  get origin(): number {
    return this.originMs ?? 0;
  }
  get framesDropped(): number {
    return this.schedule.framesDropped;
  }

  /** Applies from the next frame on. A pending timer may stay: it fires for the next audio block at the latest. */
  setFps(fps: number): void {
    this.schedule.setFps(fps);
  }

  start(): void {
    if (this.started || this.stopped) return;
    this.originMs = this.now();
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    if (this.immediate) clearImmediate(this.immediate);
    this.timer = this.immediate = null;
  }

  private readonly wake = (): void => {
    this.timer = this.immediate = null;
    for (let done = 0; done < MAX_EVENTS_PER_WAKE; done++) {
      const event = this.schedule.take(this.now() - this.origin);
      if (!event) {
        const wait = this.schedule.nextMs - (this.now() - this.origin);
        this.timer = setTimeout(this.wake, Math.max(0, Math.ceil(wait)));
        return;
      }
      this.onEvent(event);
      if (this.stopped) return;
    }
    this.immediate = setImmediate(this.wake);
  };
}
