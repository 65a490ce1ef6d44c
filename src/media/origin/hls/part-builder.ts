import { fragment, VIDEO_TIMESCALE, type Fmp4Run, type Fmp4Sample } from '../../codec/fmp4/fmp4';
import type { AudioUnit, MediaFrame, VideoUnit } from '../../stream';
import { AAC_FRAME } from '../../codec/audio/aac';
import { AudioClock } from './audio-clock';
import type { Tracks } from './tracks';

/** Ticks of a millisecond of video. */
const TICKS_PER_MS = VIDEO_TIMESCALE / 1000;
/** Duration of the first frame where there is no second one, ms. */
const DEFAULT_FRAME_MS = 40;
/** A frame that lasted longer than this is no guide to the duration of the next one, ms. */
const MAX_FRAME_MS = 1000;
/** The longest duration that a fragment can carry (32 bits), ticks: 13 h of video. */
const MAX_TICKS = 0xffffffff;

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
  /** Both tracks have had their first frame. */
  private begun = false;

  constructor(private readonly tracks: Tracks) {
    this.audioClock = tracks.audio && new AudioClock(tracks.audio.sampleRate);
  }

  /** Is there sound that a part could be made of? */
  get hasSound(): boolean {
    return this.audio.length > 1;
  }

  /** Frames of a track that the initialisation segment doesn't have are left out. */
  add(unit: MediaFrame): void {
    if (unit.kind === 'audio') this.addAudio(unit);
    else if (this.tracks.video) this.video.push(unit);
  }

  /**
   * The part up to here; null when nothing is in it. The last frame of a track waits for the next part unless its
   * successor is known, since its duration has to reach up to there. Any gap in one track makes MediaSource drop the
   * frames of the other up to a keyframe.
   * @param videoEndMs where the last picture ends, because the next has come or is waited for no longer; null: not
   * known yet
   */
  take(sequence: number, videoEndMs: number | null): BuiltPart | null {
    const video = videoEndMs === null ? this.video.splice(-1) : [];
    const audio = this.audio.splice(-1);
    const endMs = videoEndMs ?? video[0]?.dtsMs ?? null;
    const part = this.build(sequence, endMs, audio[0]?.at ?? null);
    [this.video, this.audio] = [video, audio];
    return part;
  }

  /**
   * The part with all frames, none held back: what follows, if anything, has other tracks.
   * @param endMs both tracks last at least until then: where one ends sooner players would stall
   * @returns also when its pictures end, else its sound, ms
   */
  takeAll(sequence: number, endMs: number): (BuiltPart & { endMs: number }) | null {
    const [lastVideo, lastAudio] = [this.video.at(-1), this.audio.at(-1)];
    const audioEnd = lastAudio && Math.max(lastAudio.at + AAC_FRAME, this.audioTicks(endMs));
    const videoEndMs = lastVideo && Math.max(lastVideo.dtsMs + this.frameMs, endMs);
    const part = this.build(sequence, videoEndMs ?? null, audioEnd ?? null);
    [this.video, this.audio] = [[], []];
    return part && { ...part, endMs: videoEndMs ?? this.audioMs(audioEnd) ?? endMs };
  }

  private build(sequence: number, videoEndMs: number | null, audioEnd: number | null): BuiltPart | null {
    const { video, audio } = this;
    if (!this.begun) this.beginTogether();
    const runs = [this.videoRun(video, videoEndMs), this.audioRun(audio, audioEnd)].filter(
      (run) => run !== null,
    );
    if (runs.length === 0) return null;
    const independent = this.tracks.video ? (video[0]?.keyframe ?? false) : true;
    return { bytes: fragment(sequence, runs), independent };
  }

  /** Sound that begins after the first picture is begun with it, by a longer first frame, for the same reason. */
  private beginTogether(): void {
    const [first] = this.audio;
    if (!first || (this.tracks.video && this.video.length === 0)) return;
    this.begun = true;
    const startMs = Math.min(...this.video.map(({ ptsMs }) => ptsMs));
    if (this.tracks.video) first.at = Math.min(first.at, this.audioTicks(startMs));
  }

  private audioTicks(ms: number): number {
    return Math.round((ms * (this.tracks.audio?.sampleRate ?? 0)) / 1000);
  }

  private audioMs(ticks: number | undefined): number | undefined {
    return ticks && (ticks * 1000) / (this.tracks.audio?.sampleRate ?? NaN);
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
      const durationMs = Math.max(1, nextMs - unit.dtsMs);
      this.frameMs = Math.min(durationMs, MAX_FRAME_MS);
      return {
        duration: bounded(durationMs * TICKS_PER_MS),
        compositionOffset: bounded((unit.ptsMs - unit.dtsMs) * TICKS_PER_MS),
        sync: unit.keyframe,
        data: unit.data,
      };
    });
    return { trackId: this.tracks.video.id, baseTime: first.dtsMs * TICKS_PER_MS, samples };
  }

  private audioRun(frames: { at: number; data: Buffer }[], end: number | null): Fmp4Run | null {
    const [first] = frames;
    if (!first || !this.tracks.audio) return null;
    const samples = frames.map(({ at, data }, i): Fmp4Sample => {
      const duration = bounded((frames[i + 1]?.at ?? end ?? at + AAC_FRAME) - at);
      return { duration, compositionOffset: 0, sync: true, data };
    });
    return { trackId: this.tracks.audio.id, baseTime: first.at, samples };
  }
}

/** Within 32 bits, so that a fragment can be written whatever the clocks of publishers do. */
function bounded(ticks: number): number {
  return Math.min(Math.max(0, Math.round(ticks)), MAX_TICKS);
}
