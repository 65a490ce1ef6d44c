/** What viewers' players saw: time to the first picture, stalls, delay, and the gap at a hand-over. */
import type { ChannelSource } from './channels';

/** How the picture came: HTTP-FLV, LL-HLS by hls.js, or HLS by the browser itself. */
export type PlayerProtocol = 'flv' | 'hls' | 'native-hls';

/**
 * POST /v1/channels/:id/quality (who may watch): what one player saw since its last report. Players report every
 * PlaybackView.reportEveryMs, and when they stop.
 */
export interface QualityReport {
  protocol: PlayerProtocol;
  /** How long the player was meant to play, ms: 1 .. 120,000. */
  playedMs: number;
  /** From the wish to play to the first picture, ms: at most 3,600,000; only in the report in which it came. */
  startMs?: number;
  /** Times that the picture stood still for 200 ms or more, hand-overs included: at most 600. */
  stalls: number;
  /** For how long altogether, ms: at most 120,000. */
  stalledMs: number;
  /** From the hub to the screen, the median over the report, ms: at most 3,600,000; absent where the player can't tell. */
  latencyMs?: number;
  /** At most 20, each once; one that the channel hasn't had is ignored. */
  handOvers: ViewedHandOver[];
}
export interface ViewedHandOver {
  /** ChannelView.sourceVersion after it. */
  sourceVersion: number;
  /**
   * The longest time that a picture stood still while the source changed, ms; one picture's time where nothing was
   * missed. At most 3,600,000.
   */
  gapMs: number;
}

/** Of a figure over all players that reported it: p50 and p95 within 5 %, count and max exact. */
export interface Spread {
  count: number;
  p50: number;
  p95: number;
  max: number;
}

/** GET /v1/channels/:id/quality (owner, admin): a line for each minute in which somebody reported, newest first. */
export interface QualityMinuteView {
  /** When the minute began. */
  minute: string;
  reports: number;
  playedMs: number;
  stalls: number;
  stalledMs: number;
  /** ms; null: nobody reported it. */
  startMs: Spread | null;
  latencyMs: Spread | null;
  /** Reports by protocol. */
  protocols: Partial<Record<PlayerProtocol, number>>;
}

/** GET /v1/channels/:id/hand-overs (owner, admin): the changes of the channel's source, newest first. */
export interface HandOverView {
  sourceVersion: number;
  at: string;
  from: ChannelSource;
  to: ChannelSource;
  /** As viewers saw it, ms; null: nobody has reported it (yet). */
  gapMs: Spread | null;
}
