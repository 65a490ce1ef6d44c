import { GopCache, type GopLimits } from './gop-cache';
import { isFrame, type ConfigUnit, type MediaFrame, type MediaUnit, type VideoUnit } from './unit';

/** Pictures that are further apart have paused, ms: a camera that was off makes no long GOP. */
const VIDEO_PAUSE_MS = 2000;

export type UnitListener = (unit: MediaUnit) => void;

/**
 * A stream of timed units with one writer and many readers. It remembers what a reader needs to begin: the
 * configurations and the frames since the last keyframe.
 */
export class Stream {
  /** Rises with every change of a configuration; a reader that lost units tells by it what it has missed. */
  configVersion = 0;
  /** The longest time between two keyframes of the current configuration, pauses left out, ms; 0: not known yet. */
  longestGopMs = 0;
  private keyframeMs: number | null = null;
  private lastVideoMs = 0;
  private videoConfig: Buffer | null = null;
  private audioConfig: Buffer | null = null;
  private readonly gop: GopCache;
  private readonly listeners = new Set<UnitListener>();

  constructor(limits?: GopLimits) {
    this.gop = new GopCache(limits);
  }

  get video(): Buffer | null {
    return this.videoConfig;
  }

  get audio(): Buffer | null {
    return this.audioConfig;
  }

  write(unit: MediaUnit): void {
    if (unit.kind === 'video-config') this.takeVideoConfig(unit.config);
    if (unit.kind === 'audio-config') this.audioConfig = unit.config;
    if (unit.kind === 'video-config' || unit.kind === 'audio-config') this.configVersion += 1;
    if (isFrame(unit)) this.remember(unit);
    for (const listener of this.listeners) listener(unit);
  }

  /** Nobody writes for now: readers who begin wait for the next keyframe instead of getting an old picture. */
  hold(): void {
    this.gop.clear();
    this.keyframeMs = null;
  }

  /** May a reader begin decoding with this unit? */
  isStart(unit: MediaUnit): boolean {
    if (unit.kind === 'video') return unit.keyframe;
    return unit.kind === 'audio' && this.videoConfig === null;
  }

  /** The current configurations as units at a time (ms). */
  configs(dtsMs: number): ConfigUnit[] {
    const units: ConfigUnit[] = [];
    if (this.videoConfig) units.push({ kind: 'video-config', dtsMs, config: this.videoConfig });
    if (this.audioConfig) units.push({ kind: 'audio-config', dtsMs, config: this.audioConfig });
    return units;
  }

  /** Configurations and current GOP, so that a new reader has a picture at once; empty when there is no GOP. */
  burst(): MediaUnit[] {
    const first = this.gop.frames[0];
    return first ? [...this.configs(first.dtsMs), ...this.gop.frames] : [];
  }

  /** The newest keyframe that is kept, with its configuration; null: nobody sends pictures now, or a GOP is too long to be kept. */
  keyframe(): { config: Buffer; unit: VideoUnit } | null {
    const unit = this.gop.frames[0];
    return this.videoConfig && unit?.kind === 'video' ? { config: this.videoConfig, unit } : null;
  }

  /** Calls `listener` with every unit from now on, until the function returned is called. */
  subscribe(listener: UnitListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private takeVideoConfig(config: Buffer): void {
    this.videoConfig = config;
    this.longestGopMs = 0;
    this.keyframeMs = null;
  }

  private remember(frame: MediaFrame): void {
    this.gop.push(frame);
    if (frame.kind !== 'video') return;
    if (frame.dtsMs - this.lastVideoMs > VIDEO_PAUSE_MS) this.keyframeMs = null;
    this.lastVideoMs = frame.dtsMs;
    if (!frame.keyframe) return;
    if (this.keyframeMs !== null)
      this.longestGopMs = Math.max(this.longestGopMs, frame.dtsMs - this.keyframeMs);
    this.keyframeMs = frame.dtsMs;
  }
}
