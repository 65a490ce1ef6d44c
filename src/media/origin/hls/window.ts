import type { HlsLimits } from './limits';

/** A file that viewers fetch by its name. */
export interface HlsFile {
  name: string;
  bytes: Buffer;
}

export interface HlsPart extends HlsFile {
  /** As the playlist has it, ms. */
  durationMs: number;
  independent: boolean;
}

export interface HlsSegment {
  /** Media sequence number. */
  sequence: number;
  name: string;
  init: HlsFile;
  /** Other tracks, or another clock, than those of the segment before. */
  discontinuity: boolean;
  /** Wall-clock time of its beginning, ms since 1970. */
  dateMs: number;
  parts: HlsPart[];
  /** Null while it is under way. */
  durationMs: number | null;
  bytes: number;
}

export type NewSegment = Omit<HlsSegment, 'parts' | 'durationMs' | 'bytes'>;

/** The segments of a channel that viewers can fetch: bounded in time and bytes, the last one may be under way. */
export class HlsWindow {
  /** Discontinuities that have left the window (RFC 8216bis, 4.4.3.3: EXT-X-DISCONTINUITY-SEQUENCE). */
  discontinuitySequence = 0;
  private readonly list: HlsSegment[] = [];
  private readonly files = new Map<string, Buffer[]>();
  /** EXT-X-TARGETDURATION, ms; never falls. */
  private longestMs: number;

  /**
   * @param expectedMs the longest segment to be expected: target durations should not change
   * @param partTargetMs PART-TARGET, ms; rises only where there is nothing to cut a part at
   */
  constructor(
    private readonly limits: HlsLimits,
    expectedMs: number,
    public partTargetMs: number,
  ) {
    this.longestMs = Math.max(expectedMs, limits.segmentMs);
  }

  get segments(): readonly HlsSegment[] {
    return this.list;
  }

  get last(): HlsSegment | undefined {
    return this.list.at(-1);
  }

  /** Seconds, whole: no segment's duration rounds to more. */
  get targetDuration(): number {
    return Math.max(1, Math.round(this.longestMs / 1000));
  }

  begin(segment: NewSegment): void {
    this.list.push({ ...segment, parts: [], durationMs: null, bytes: 0 });
    this.files.set(segment.init.name, [segment.init.bytes]);
  }

  addPart(part: HlsPart): void {
    const segment = this.last;
    if (!segment) return;
    segment.parts.push(part);
    segment.bytes += part.bytes.length;
    this.files.set(part.name, [part.bytes]);
    this.partTargetMs = Math.max(this.partTargetMs, part.durationMs);
  }

  /** The segment under way is complete. */
  finish(durationMs: number): void {
    const segment = this.last;
    if (!segment) return;
    segment.durationMs = durationMs;
    this.longestMs = Math.max(this.longestMs, durationMs);
    this.files.set(
      segment.name,
      segment.parts.map(({ bytes }) => bytes),
    );
    this.evict();
  }

  /** A file's content in pieces, which are shared with others; undefined when it isn't there (any more). */
  file(name: string): readonly Buffer[] | undefined {
    return this.files.get(name);
  }

  private evict(): void {
    const { windowMs, windowBytes } = this.limits;
    for (;;) {
      const [first, ...rest] = this.list;
      const keptMs = rest.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
      const bytes = this.list.reduce((sum, segment) => sum + segment.bytes, 0);
      const spare = rest.length >= 3 && keptMs >= Math.max(windowMs, 3 * this.targetDuration * 1000);
      if (!first || rest.length === 0 || (!spare && bytes <= windowBytes)) return;
      this.drop(first);
    }
  }

  private drop(segment: HlsSegment): void {
    this.list.shift();
    if (segment.discontinuity) this.discontinuitySequence += 1;
    for (const { name } of [segment, ...segment.parts]) this.files.delete(name);
    if (this.list.every(({ init }) => init !== segment.init)) this.files.delete(segment.init.name);
  }
}
