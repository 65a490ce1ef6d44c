import type { MediaUnit, Stream } from '../../stream';
import type { HlsLimits } from './limits';
import type { Numbers } from './numbers';
import { writeMediaPlaylist } from './playlist';
import { partTargetOf } from './part-target';
import { partName, Segmenter } from './segmenter';
import { HlsWindow } from './window';

interface Waiter {
  ready: () => boolean;
  resolve: () => void;
}

/** Where in the playlist a request wants to be (RFC 8216bis, 6.2.5.2): `_HLS_msn` and `_HLS_part`. */
export interface Position {
  sequence: number;
  /** Undefined: the whole segment. */
  part?: number;
}

/** Segments a request may be ahead of the last one, and seconds of parts (the Advance Part Limit). */
const SEGMENTS_AHEAD = 2;
const ADVANCE_SECONDS = 3;

/**
 * A channel's HLS from the first viewer until nobody asks any more: packs the stream, and answers requests that wait
 * for what comes next. The playlist is written once per change, media is one buffer for all viewers.
 */
export class Presentation {
  private readonly window: HlsWindow;
  private readonly segmenter: Segmenter;
  private readonly unsubscribe: () => void;
  private readonly waiters = new Set<Waiter>();
  private text: Buffer | null = null;
  private over = false;

  /** @param resumes the channel was packed before: the new segments don't continue those that viewers may have */
  constructor(
    stream: Stream,
    private readonly limits: HlsLimits,
    private readonly numbers: Numbers,
    resumes: { discontinuities: number } | null,
    now: () => number,
  ) {
    this.window = new HlsWindow(limits, expectedSegmentMs(stream.longestGopMs, limits), partTargetOf(stream));
    // What was packed before, and the discontinuity itself, have left the playlist.
    if (resumes) this.window.discontinuitySequence = resumes.discontinuities;
    this.segmenter = new Segmenter(stream, this.window, limits, numbers, now, resumes !== null);
    this.segmenter.start();
    this.unsubscribe = stream.subscribe((unit) => this.onUnit(unit));
  }

  get ended(): boolean {
    return this.over;
  }

  /** Three target durations, ms. */
  get edgeMs(): number {
    return 3 * this.window.targetDuration * 1000;
  }

  /** Discontinuities up to its end. */
  get discontinuities(): number {
    const { segments, discontinuitySequence } = this.window;
    return discontinuitySequence + segments.filter(({ discontinuity }) => discontinuity).length;
  }

  /** A player can begin: a segment is complete. */
  get ready(): boolean {
    return this.window.segments.some(({ durationMs }) => durationMs !== null);
  }

  /** Mean of what is in the window, bits per second; 0 before there is any. */
  get bandwidth(): number {
    const complete = this.window.segments.filter(({ durationMs }) => durationMs !== null);
    const ms = complete.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
    return ms === 0 ? 0 : (complete.reduce((sum, { bytes }) => sum + bytes, 0) * 8000) / ms;
  }

  /** The media playlist as it is now. */
  playlist(): Buffer {
    const hint = this.over ? null : partName(this.numbers.part);
    return (this.text ??= Buffer.from(writeMediaPlaylist(this.window, { hint })));
  }

  /** Pieces of an initialisation segment, segment or part; undefined when it isn't there. */
  file(name: string): readonly Buffer[] | undefined {
    return this.window.file(name);
  }

  /** Waiting wouldn't bring it: a player that follows the playlist doesn't ask for it. */
  isUnreachable({ sequence, part }: Position): boolean {
    const { last, partTargetMs } = this.window;
    if (!last) return false;
    if (sequence > last.sequence + SEGMENTS_AHEAD) return true;
    const ahead = Math.ceil((ADVANCE_SECONDS * 1000) / partTargetMs);
    return part !== undefined && sequence >= last.sequence && part > last.parts.length + ahead;
  }

  /** Resolves when the playlist has the position, the stream has ended, or `blockMs` are over. */
  waitForPosition(position: Position): Promise<void> {
    return this.waitUntil(() => this.has(position), this.limits.blockMs);
  }

  /** Resolves when a player can begin, or `firstMs` are over. */
  waitForFirst(): Promise<void> {
    return this.waitUntil(() => this.ready, this.limits.firstMs);
  }

  /** The same for a part: only the one that the playlist hints at is waited for. */
  waitForFile(name: string): Promise<void> {
    if (name !== partName(this.numbers.part)) return Promise.resolve();
    return this.waitUntil(() => this.window.file(name) !== undefined, this.limits.blockMs);
  }

  /** Completes what is under way and answers the requests that wait. Idempotent. */
  end(): void {
    if (this.over) return;
    this.unsubscribe();
    this.segmenter.end();
    this.over = true;
    this.changed();
  }

  private onUnit(unit: MediaUnit): void {
    const before = this.numbers.part;
    const sequence = this.window.last?.sequence;
    this.segmenter.write(unit);
    if (this.numbers.part !== before || this.window.last?.sequence !== sequence) this.changed();
  }

  private changed(): void {
    this.text = null;
    for (const waiter of [...this.waiters]) if (this.over || waiter.ready()) waiter.resolve();
  }

  private has({ sequence, part }: Position): boolean {
    const { last } = this.window;
    if (!last) return false;
    if (last.sequence > sequence || (last.sequence === sequence && last.durationMs !== null)) return true;
    return last.sequence === sequence && part !== undefined && last.parts.length > part;
  }

  private waitUntil(ready: () => boolean, ms: number): Promise<void> {
    if (this.over || ready()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      const waiter: Waiter = { ready, resolve: finish };
      this.waiters.add(waiter);
    });
  }
}

/** How long segments become where keyframes are `gopMs` apart: they end at a keyframe, or when they are full. */
function expectedSegmentMs(gopMs: number, { segmentMs, maxSegmentMs }: HlsLimits): number {
  return gopMs === 0 ? segmentMs : Math.min(gopMs * Math.ceil(segmentMs / gopMs), maxSegmentMs);
}
