import { fragment, VIDEO_TIMESCALE, type Fmp4Run, type Fmp4Sample } from '../../codec/fmp4';
import type { AudioUnit, MediaFrame, VideoUnit } from '../../stream';
import { AAC_FRAME, AudioClock } from './audio-clock';
import type { Tracks } from './tracks';

/** Ticks of a millisecond of video. */
const TICKS_PER_MS = VIDEO_TIMESCALE / 1000;
/** Of the first picture when no second tells, ms. */
const DEFAULT_FRAME_MS = 40;

export interface BuiltPart {
  bytes: Buffer;
  /** Decoding may begin with it. */
  independent: boolean;
}

/** Gathers the frames of a part, for as long as the tracks stay as they are. */
export class PartBuilder {
  private video: VideoUnit[] = [];
  private audio: { at: number; data: Buffer }[] = [];
  private readonly audioClock: AudioClock | null;
  private frameMs = DEFAULT_FRAME_MS;

  constructor(private readonly tracks: Tracks) {
    this.audioClock = tracks.audio && new AudioClock(tracks.audio.sampleRate);
  }

  /** Frames of a track that the initialisation segment doesn't have are left out. */
  add(unit: MediaFrame): void {
    if (unit.kind === 'audio') this.addAudio(unit);
    else if (this.tracks.video) this.video.push(unit);
  }

  /**
   * The part up to here; null when nothing is in it.
   * @param next the picture that ends it. Null: none has come, so how long the last one is shown isn't known yet, and
   * it waits for the next part.
   */
  take(sequence: number, next: VideoUnit | null): BuiltPart | null {
    const held = next ? [] : this.video.splice(-1);
    return this.build(sequence, next?.dtsMs ?? held[0]?.dtsMs ?? null, held);
  }

  /** The part with everything that is there, at the end of a run of pictures. */
  takeAll(sequence: number): BuiltPart | null {
    return this.build(sequence, null, []);
  }

  private build(sequence: number, endMs: number | null, held: VideoUnit[]): BuiltPart | null {
    const { video, audio } = this;
    this.video = held;
    this.audio = [];
    const runs = [this.videoRun(video, endMs), this.audioRun(audio)].filter((run) => run !== null);
    if (runs.length === 0) return null;
    const independent = this.tracks.video ? (video[0]?.keyframe ?? false) : true;
    return { bytes: fragment(sequence, runs), independent };
  }

  private addAudio({ dtsMs, data }: AudioUnit): void {
    const at = this.audioClock?.place(dtsMs) ?? null;
    if (at !== null) this.audio.push({ at, data });
  }

  private videoRun(units: VideoUnit[], endMs: number | null): Fmp4Run | null {
    const [first] = units;
    if (!first || !this.tracks.video) return null;
    const samples = units.map((unit, i): Fmp4Sample => {
      const nextMs = units[i + 1]?.dtsMs ?? endMs ?? unit.dtsMs + this.frameMs;
      this.frameMs = Math.max(1, nextMs - unit.dtsMs);
      return {
        duration: this.frameMs * TICKS_PER_MS,
        compositionOffset: Math.max(0, unit.ptsMs - unit.dtsMs) * TICKS_PER_MS,
        sync: unit.keyframe,
        data: unit.data,
      };
    });
    return { trackId: this.tracks.video.id, baseTime: first.dtsMs * TICKS_PER_MS, samples };
  }

  private audioRun(frames: { at: number; data: Buffer }[]): Fmp4Run | null {
    const [first] = frames;
    if (!first || !this.tracks.audio) return null;
    const samples = frames.map(({ at, data }, i): Fmp4Sample => {
      const duration = (frames[i + 1]?.at ?? at + AAC_FRAME) - at;
      return { duration, compositionOffset: 0, sync: true, data };
    });
    return { trackId: this.tracks.audio.id, baseTime: first.at, samples };
  }
}
