import type { HandOverView, QualityMinuteView } from '../contracts';
import type { HandOver } from './hand-over.entity';
import { spreadOf } from './histogram';
import type { QualityMinute } from './quality-minute.entity';

export function minuteView(row: QualityMinute): QualityMinuteView {
  const { minute, reports, stalls, protocols } = row;
  return {
    minute: minute.toISOString(),
    reports,
    playedMs: Number(row.playedMs),
    stalls,
    stalledMs: Number(row.stalledMs),
    startMs: spreadOf({ counts: row.startCounts, max: row.startMax }),
    latencyMs: spreadOf({ counts: row.latencyCounts, max: row.latencyMax }),
    protocols,
  };
}

export function handOverView({ sourceVersion, at, from, to, gapCounts, gapMax }: HandOver): HandOverView {
  const gapMs = spreadOf({ counts: gapCounts, max: gapMax });
  return { sourceVersion, at: at.toISOString(), from, to, gapMs };
}
