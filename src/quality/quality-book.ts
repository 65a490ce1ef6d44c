import type { PlayerProtocol, QualityReport } from '../contracts';
import { type Counts, Histogram } from './histogram';

const MINUTE_MS = 60_000;
/** Minutes of channels, and hand-overs, that wait at most: what they take is bounded while the database is away. */
const MAX_LINES = 5_000;

/** Of one channel in one minute. */
export interface MinuteLine {
  channelId: string;
  /** When it began, ms since 1970. */
  minuteMs: number;
  reports: number;
  playedMs: number;
  stalls: number;
  stalledMs: number;
  start: Histogram;
  latency: Histogram;
  /** Reports by protocol. */
  protocols: Counts;
}

/** Of one change of a channel's source. */
export interface HandOverLine {
  channelId: string;
  sourceVersion: number;
  gaps: Histogram;
}

export interface BookPage {
  minutes: MinuteLine[];
  handOvers: HandOverLine[];
}

/** Adds up what players report until it is written down. Each line is a sum, so lines of several books add up too. */
export class QualityBook {
  /** Lines that found no place. */
  dropped = 0;
  private minutes = new Map<string, MinuteLine>();
  private handOvers = new Map<string, HandOverLine>();

  constructor(private readonly maxLines = MAX_LINES) {}

  /** Lines that wait. */
  get size(): number {
    return this.minutes.size + this.handOvers.size;
  }

  /** @param nowMs ms since 1970 */
  add(channelId: string, report: QualityReport, nowMs: number): void {
    const minuteMs = nowMs - (nowMs % MINUTE_MS);
    this.addMinute({ channelId, minuteMs, ...sumsOf(report) });
    for (const { sourceVersion, gapMs } of report.handOvers) {
      this.addHandOver({ channelId, sourceVersion, gaps: histogramOf(gapMs) });
    }
  }

  /** All of it; the book is empty then. */
  take(): BookPage {
    const page = { minutes: [...this.minutes.values()], handOvers: [...this.handOvers.values()] };
    this.minutes = new Map();
    this.handOvers = new Map();
    return page;
  }

  /** What could not be written down, to what has come meanwhile. */
  putBack({ minutes, handOvers }: BookPage): void {
    for (const line of minutes) this.addMinute(line);
    for (const line of handOvers) this.addHandOver(line);
  }

  private addMinute(line: MinuteLine): void {
    const { channelId, minuteMs } = line;
    const sum = this.lineOf(this.minutes, `${channelId} ${minuteMs}`, () => emptyMinute(channelId, minuteMs));
    if (!sum) return;
    sum.reports += line.reports;
    sum.playedMs += line.playedMs;
    sum.stalls += line.stalls;
    sum.stalledMs += line.stalledMs;
    sum.start.merge(line.start);
    sum.latency.merge(line.latency);
    for (const [protocol, n] of Object.entries(line.protocols)) {
      sum.protocols[protocol] = (sum.protocols[protocol] ?? 0) + n;
    }
  }

  private addHandOver({ channelId, sourceVersion, gaps }: HandOverLine): void {
    const empty = () => ({ channelId, sourceVersion, gaps: new Histogram() });
    this.lineOf(this.handOvers, `${channelId} ${sourceVersion}`, empty)?.gaps.merge(gaps);
  }

  private lineOf<L>(lines: Map<string, L>, key: string, empty: () => L): L | null {
    const known = lines.get(key);
    if (known) return known;
    if (lines.size >= this.maxLines) {
      this.dropped++;
      return null;
    }
    const line = empty();
    lines.set(key, line);
    return line;
  }
}

function emptyMinute(channelId: string, minuteMs: number): MinuteLine {
  return {
    ...{ channelId, minuteMs, reports: 0, playedMs: 0, stalls: 0, stalledMs: 0, protocols: {} },
    ...{ start: new Histogram(), latency: new Histogram() },
  };
}

/** Of one report, as a line. */
function sumsOf({
  protocol,
  playedMs,
  stalls,
  stalledMs,
  startMs,
  latencyMs,
}: QualityReport): Omit<MinuteLine, 'channelId' | 'minuteMs'> {
  const protocols: Partial<Record<PlayerProtocol, number>> = { [protocol]: 1 };
  return {
    ...{ reports: 1, stalls, playedMs: Math.round(playedMs), stalledMs: Math.round(stalledMs) },
    ...{ start: histogramOf(startMs), latency: histogramOf(latencyMs), protocols },
  };
}

function histogramOf(value: number | undefined): Histogram {
  const histogram = new Histogram();
  if (value !== undefined) histogram.add(value);
  return histogram;
}
