/** What the media of an HLS stream has to be, held against what its playlists say (RFC 8216bis, 3.1.2 and 4.4.4.9). */
import { nalType, splitAvcc } from '../../../src/media/codec/h264/h264';
import { samplesOf, tracksOfInit, type Sample, type Track } from './fragments';
import type { CapturedPart, CapturedRun } from './hls-capture';

const IDR = 5;
/** A part's duration is that of its pictures; their times are whole ms, s. */
const DURATION_TOLERANCE = 0.05;

export interface MediaFinding {
  rule: MediaRule;
  detail: string;
}
/**
 * `malformed`: no fragments of the tracks of the initialisation segment. `keyframe`: a part that is said to be
 * independent isn't, or a run begins with another. `hole`: a sample doesn't begin where the one before it ends.
 * `duration`: the playlist says another. `empty`: a sample without data or duration.
 */
export type MediaRule = 'malformed' | 'keyframe' | 'hole' | 'duration' | 'empty';

/** @param init of the run, then its parts */
export function brokenMedia(
  runs: readonly CapturedRun[],
  inits: ReadonlyMap<string, Buffer>,
): MediaFinding[] {
  return runs.flatMap((run) => {
    try {
      return new Run(tracksOfInit(inits.get(run.map) ?? Buffer.alloc(0))).read(run.parts);
    } catch (error) {
      return [{ rule: 'malformed' as const, detail: `${run.map}: ${(error as Error).message}` }];
    }
  });
}

/** What lies between two discontinuities. */
class Run {
  private readonly found: MediaFinding[] = [];
  /** Where the track's last sample ended, ticks. */
  private readonly ends = new Map<number, number>();

  constructor(private readonly tracks: ReadonlyMap<number, Track>) {
    if (tracks.size === 0) throw new Error('no tracks');
  }

  read(parts: readonly CapturedPart[]): MediaFinding[] {
    parts.forEach((part, i) => {
      const samples = samplesOf(part.bytes);
      for (const [id, all] of samples) this.follow(id, all, part.uri);
      this.checkStart(part, samples, i === 0);
      this.checkDuration(part, samples);
    });
    return this.found;
  }

  private note(rule: MediaRule, detail: string): void {
    this.found.push({ rule, detail });
  }

  private follow(id: number, samples: readonly Sample[], uri: string): void {
    if (!this.tracks.has(id)) throw new Error(`track ${id} isn’t announced`);
    for (const { dts, duration, data } of samples) {
      const due = this.ends.get(id) ?? dts;
      if (dts !== due) this.note('hole', `${uri}: track ${id} goes on at ${dts}, and should at ${due}`);
      if (data.length === 0 || duration === 0) this.note('empty', `${uri}: track ${id} at ${dts}`);
      this.ends.set(id, dts + duration);
    }
  }

  private checkStart(part: CapturedPart, samples: ReadonlyMap<number, Sample[]>, isFirst: boolean): void {
    const first = this.pictures(samples)?.[0];
    if (!first || (!part.independent && !isFirst)) return;
    const isKeyframe = first.sync && splitAvcc(first.data).some((nal) => nalType(nal) === IDR);
    if (!isKeyframe) this.note('keyframe', `${part.uri} begins with none`);
  }

  private checkDuration(part: CapturedPart, samples: ReadonlyMap<number, Sample[]>): void {
    const [id, all] = [...samples].find(([id]) => this.kindOf(id) === 'video') ?? [...samples][0]!;
    const ticks = all.reduce((sum, { duration }) => sum + duration, 0);
    const off = ticks / (this.tracks.get(id)?.timescale ?? NaN) - part.durationMs / 1000;
    if (!(Math.abs(off) < DURATION_TOLERANCE))
      this.note('duration', `${part.uri} is ${off.toFixed(3)} s longer`);
  }

  private kindOf = (id: number): Track['kind'] | undefined => this.tracks.get(id)?.kind;

  private pictures(samples: ReadonlyMap<number, Sample[]>): Sample[] | undefined {
    return [...samples].find(([id]) => this.kindOf(id) === 'video')?.[1];
  }
}
