import { NAL } from '../../codec/h264/h264';
import { isFrame, type MediaFrame, type MediaUnit, type Stream } from '../../stream';
import { JOIN_GAP_MS } from '../timeline';
import { HOLD_BACK_PARTS, SHORTEST_PART, type HlsLimits } from './limits';
import type { Numbers } from './numbers';
import { PartBuilder, type BuiltPart } from './part-builder';
import { tracksOf, type Tracks } from './tracks';
import type { HlsFile, HlsWindow } from './window';

/** The wall clock of PROGRAM-DATE-TIME is set again where the stream's own is further off than this, ms. */
const DATE_TOLERANCE_MS = 300;

/** Sound may come this much sooner before the picture of its time than it did last, ms. */
const SOUND_AHEAD_MS = 100;

/**
 * What is under way at a discontinuity goes out if it is as long as this, ms. hls.js allows for 200 ms at the ends of what
 * it has loaded: it takes a shorter part for one that it has, never loads it, and stands still before the discontinuity.
 */
const SHORTEST_LAST_PART_MS = 200;

interface Cursor {
  segmentMs: number;
  partMs: number;
  /** Players may begin with the segment. */
  independent: boolean;
  /** Bytes of the segment, frames that aren't in a part yet included. */
  bytes: number;
}

/** Cuts a stream into segments and parts. Times are ms of the stream's clock. */
export class Segmenter {
  private tracks: Tracks | null = null;
  private init: HlsFile | null = null;
  private configVersion = -1;
  private builder: PartBuilder | null = null;
  /** Null: nothing is under way, what comes is left out until players can begin with it. */
  private cursor: Cursor | null = null;
  private discontinuity: boolean;
  /** From the stream's clock to the wall clock, ms. */
  private dateOffsetMs: number | null = null;
  private lastMs = 0;
  private lastVideoMs = 0;
  private lastSoundMs = -Infinity;
  /** How much later the clock of the sound was than that of the pictures, at the last picture, ms. */
  private soundAheadMs = 0;
  /** Units come as they are sent, not from the GOP cache. */
  private live = false;

  constructor(
    private readonly stream: Stream,
    private readonly window: HlsWindow,
    private readonly limits: HlsLimits,
    private readonly numbers: Numbers,
    /** Wall clock, ms since 1970. */
    private readonly now: () => number,
    resumes: boolean,
  ) {
    this.discontinuity = resumes;
  }

  /** Begins with the current GOP. */
  start(): void {
    const burst = this.stream.burst();
    const last = burst.at(-1);
    if (last) this.dateOffsetMs = this.now() - last.dtsMs;
    for (const unit of burst) this.write(unit);
    this.live = true;
  }

  write(unit: MediaUnit): void {
    if (unit.kind === 'discontinuity') this.breakOff(unit.dtsMs);
    if (!isFrame(unit) || isEndOfSequence(unit)) return;
    if (this.cursor) this.keepToTarget(this.cursor, unit);
    if (this.stream.isStart(unit)) this.startAt(unit);
    if (!this.cursor) return;
    this.cutWhereDue(this.cursor, unit);
    this.builder?.add(unit);
    this.cursor.bytes += unit.data.length;
    this.follow(unit);
  }

  private follow(unit: MediaFrame): void {
    this.lastMs = Math.max(this.lastMs, this.timeOf(unit));
    if (unit.kind === 'audio') this.lastSoundMs = unit.dtsMs;
    else {
      this.lastVideoMs = unit.dtsMs;
      this.soundAheadMs = Math.max(0, this.lastSoundMs - unit.dtsMs);
    }
  }

  /**
   * When a unit comes, by the clock of the pictures. Encoders let the times of the sound run ahead, by seconds: that
   * tells nothing of pictures being late.
   */
  private timeOf({ kind, dtsMs }: MediaFrame): number {
    return kind === 'audio' ? dtsMs - this.soundAheadMs : dtsMs;
  }

  /** What is under way is complete. */
  end(): void {
    this.breakOff(this.lastMs, 0);
  }

  /** @param shortestMs a last part that is shorter is left out */
  private breakOff(dtsMs: number, shortestMs = SHORTEST_LAST_PART_MS): void {
    const { cursor, builder } = this;
    if (!cursor || !builder) return;
    // After a clock jump the last frame isn't stretched to the new time.
    const latestMs = cursor.partMs + this.window.partTargetMs;
    const dueMs = Math.min(dtsMs, latestMs);
    // Up to the first picture of what follows, which is shown JOIN_GAP_MS later.
    const built = builder.takeAll(this.numbers.part, dueMs + JOIN_GAP_MS);
    // Its last frame is shown for as long as any other.
    const endMs = built ? Math.min(built.endMs, latestMs) : dueMs;
    const isScrap = endMs - cursor.partMs < shortestMs && cursor.partMs > cursor.segmentMs;
    if (!isScrap) this.emit(built, endMs);
    this.finishSegment(isScrap ? cursor.partMs : endMs);
    this.builder = null;
    this.discontinuity = true;
    [this.lastSoundMs, this.soundAheadMs] = [-Infinity, 0];
  }

  /** Players could begin here: a new configuration is taken, a segment may end. */
  private startAt(unit: MediaFrame): void {
    if (this.stream.configVersion !== this.configVersion) this.configure(unit.dtsMs);
    const { cursor } = this;
    const due = !cursor || !cursor.independent || unit.dtsMs - cursor.segmentMs >= this.limits.segmentMs;
    if (due && this.init) this.nextSegment(unit, true);
  }

  private configure(dtsMs: number): void {
    this.configVersion = this.stream.configVersion;
    const tracks = tracksOf(this.stream);
    if (tracks && this.tracks?.init.equals(tracks.init) && this.cursor) return;
    this.breakOff(dtsMs);
    if (tracks && !this.tracks?.init.equals(tracks.init)) {
      this.init = { name: fileName('i', this.numbers.takePart()), bytes: tracks.init };
    } else if (!tracks) this.init = null;
    this.tracks = tracks;
  }

  private cutWhereDue(cursor: Cursor, unit: MediaFrame): void {
    const { limits } = this;
    const elapsed = this.timeOf(unit) - cursor.segmentMs;
    const full = elapsed >= limits.maxSegmentMs || cursor.bytes >= limits.maxSegmentBytes;
    if (unit.kind === 'video' && elapsed > 0 && (full || this.firstDue(elapsed))) {
      return this.nextSegment(unit, unit.keyframe);
    }
    if (elapsed > 0 && full && this.videoMissing(unit)) return this.nextSegment(unit, false);
    const paced = unit.kind === 'video' || !this.tracks?.video;
    const shortest = SHORTEST_PART * this.window.partTargetMs;
    if (paced && this.timeOf(unit) - cursor.partMs >= shortest) this.cutPart(unit);
  }

  /** Where no picture came in time to end the part, it ends at the last one in it, else with the sound. */
  private keepToTarget(cursor: Cursor, unit: MediaFrame): void {
    const { builder, tracks, lastVideoMs } = this;
    const { partTargetMs } = this.window;
    const mayCome = unit.kind === 'audio' && tracks?.video && !this.videoMissing(unit);
    if (!builder || this.timeOf(unit) - cursor.partMs <= partTargetMs + (mayCome ? SOUND_AHEAD_MS : 0))
      return;
    if (tracks?.video && lastVideoMs > cursor.partMs)
      this.emit(builder.take(this.numbers.part, null), lastVideoMs);
    else if (builder.hasSound) this.emit(builder.take(this.numbers.part, null), cursor.partMs + partTargetMs);
  }

  /**
   * Players need one complete segment to begin with. The first doesn't wait for a keyframe: what players hold back
   * from the live edge is enough.
   */
  private firstDue(elapsedMs: number): boolean {
    const held = HOLD_BACK_PARTS * this.window.partTargetMs;
    return this.live && this.window.segments.length === 1 && elapsedMs >= held;
  }

  /** Audio goes on without video: a camera that is off. Where video goes on, it ends the segment itself. */
  private videoMissing(unit: MediaFrame): boolean {
    return unit.kind === 'audio' && this.timeOf(unit) - this.lastVideoMs >= this.limits.maxPartMs;
  }

  /** @param videoEnds the last picture isn't held any longer, though the next one hasn't come */
  private cutPart(unit: MediaFrame, videoEnds = unit.kind === 'video'): void {
    const { builder } = this;
    if (!builder) return;
    const atMs = this.timeOf(unit);
    this.emit(builder.take(this.numbers.part, videoEnds ? atMs : null), atMs);
  }

  private emit(built: BuiltPart | null, endMs: number): void {
    const { cursor } = this;
    if (!built || !cursor) return;
    const durationMs = Math.min(Math.max(1, endMs - cursor.partMs), this.limits.maxPartMs);
    this.window.addPart({ ...built, durationMs, name: partName(this.numbers.takePart()) });
    cursor.partMs = endMs;
  }

  private nextSegment(unit: MediaFrame, independent: boolean): void {
    const { tracks, init } = this;
    if (!tracks || !init) return;
    if (this.cursor) {
      // Otherwise the last frame would go into a later segment, and last for as long as the camera was off.
      this.cutPart(unit, true);
      this.finishSegment(this.timeOf(unit));
    }
    this.builder ??= new PartBuilder(tracks);
    const fromMs = this.timeOf(unit);
    const sequence = this.numbers.takeSegment();
    this.window.begin({
      sequence,
      name: fileName('s', sequence),
      init,
      discontinuity: this.discontinuity,
      dateMs: this.dateOf(fromMs),
    });
    this.discontinuity = false;
    this.cursor = { segmentMs: fromMs, partMs: fromMs, independent, bytes: 0 };
  }

  private finishSegment(endMs: number): void {
    const { cursor } = this;
    if (!cursor) return;
    this.window.finish(Math.min(Math.max(1, endMs - cursor.segmentMs), this.limits.maxSegmentMs));
    this.cursor = null;
  }

  private dateOf(dtsMs: number): number {
    const offset = this.now() - dtsMs;
    const known = this.dateOffsetMs;
    if (known === null || (this.live && Math.abs(offset - known) > DATE_TOLERANCE_MS))
      this.dateOffsetMs = offset;
    return dtsMs + (this.dateOffsetMs ?? offset);
  }
}

export function partName(number: number): string {
  return fileName('p', number);
}

/** Short: a playlist has dozens of them, and goes out several times a second. */
function fileName(kind: string, number: number): string {
  return `${kind}${number.toString(36)}.mp4`;
}

/** Another origin's FLV output marks its hand-overs with such frames (flv-packager.ts); in MP4 they are an error. */
function isEndOfSequence(unit: MediaFrame): boolean {
  return (
    unit.kind === 'video' && unit.data.length === 5 && ((unit.data[4] ?? 0) & 0x1f) === NAL.endOfSequence
  );
}
