/**
 * What the connection to one subscriber carries, judged by its REMB and receiver reports. Lowers the estimate quickly
 * and raises it slowly. REMB reflects only what was sent, so a low value counts only after a drop.
 */
import type { ReportBlock } from '../../codec/rtp/rtcp';
import { LossWindow } from './loss-window';
import type { Publication } from '../../webrtc/receive/publication';
import type { TrackReader } from '../../webrtc/send/track-reader';

/** Above this share of packets lost, sending them again no longer helps. */
const TOO_MUCH_LOSS = 0.1;
/** An estimate below this share of what is sent is believed at once … */
const FAR_BELOW = 0.6;
/** … below this one, when it lasts this long, ms: a browser that is busy for a moment reports congestion too. */
const BELOW = 0.95;
const LASTING_MS = 3000;
/** Sending less than this congests no connection, bit/s. */
const NEGLIGIBLE = 100_000;
/** Reports this soon after a change of what is sent are about what was sent before, ms. */
const SETTLE_MS = 2000;
/** Without a sign of congestion for this long, more is tried; twice as long after each trial that failed, ms. */
const FIRST_HOLD_MS = 5000;
const MAX_HOLD_MS = 60_000;
const STEP = 1.5;
const BACK_OFF = 0.85;

export class Downlink {
  /** bit/s for sound and picture together; Infinity: no limit is known. */
  private budget = Infinity;
  private holdMs = FIRST_HOLD_MS;
  private loweredAt = -Infinity;
  private raisedAt = -Infinity;
  private readonly loss = new LossWindow();
  private sources: (Publication | null)[];
  private changedAt = -Infinity;
  /** The highest estimate since what is sent changed, and since when the latest ones are below it. */
  private best = 0;
  private belowSince: number | null = null;

  constructor(private readonly readers: readonly TrackReader[]) {
    this.sources = readers.map(() => null);
  }

  get limit(): number {
    return this.budget;
  }

  /** `bitrate` in bit/s, `now` in ms, here and below. */
  onRemb(bitrate: number, now: number): void {
    this.best = Math.max(this.best, bitrate);
    const { sent } = this;
    const below = bitrate < this.best && bitrate < sent * BELOW && sent > NEGLIGIBLE;
    if (!below || now - this.changedAt < SETTLE_MS) {
      this.belowSince = null;
      return;
    }
    this.belowSince ??= now;
    if (bitrate < sent * FAR_BELOW || now - this.belowSince >= LASTING_MS) this.congested(bitrate, now);
  }

  onReports(reports: readonly ReportBlock[], now: number): void {
    for (const block of reports) this.loss.add(block);
    const share = this.loss.share();
    const { sent } = this;
    // Where almost nothing was sent, what was lost never came from its publisher.
    if (share === null || share <= TOO_MUCH_LOSS || sent <= NEGLIGIBLE) return;
    this.congested(sent * (1 - share) * BACK_OFF, now);
  }

  /** Tells every reader what it may have; to be called several times a second. */
  allocate(now: number): void {
    this.observe(now);
    if (this.budget === Infinity) return;
    this.tryMore(now);
    if (this.budget === Infinity) return this.readers.forEach((reader) => reader.afford(Infinity));
    let left = this.budget;
    const lowest = this.readers.map(({ track }) => {
      const layer = track?.choose(0) ?? null;
      left -= layer?.bitrate ?? 0;
      return layer;
    });
    // The largest picture matters most.
    const order = this.readers.map((_, index) => index);
    order.sort((a, b) => compare(this.readers[b]!.wantedHeight, this.readers[a]!.wantedHeight));
    for (const index of order) {
      const [reader, least] = [this.readers[index]!, lowest[index]!];
      const best = highestFor(reader, least, left);
      left -= (best?.bitrate ?? 0) - (least?.bitrate ?? 0);
      reader.afford(best ? best.height : Infinity);
    }
  }

  /** bit/s of what is being sent now. */
  private get sent(): number {
    return this.readers.reduce((sum, { writer }) => sum + (writer.source?.bitrate ?? 0), 0);
  }

  private observe(now: number): void {
    const same = this.readers.every(({ writer }, index) => writer.source === this.sources[index]);
    if (same) return;
    this.sources = this.readers.map(({ writer }) => writer.source);
    this.changedAt = now;
    this.best = 0;
  }

  private congested(budget: number, now: number): void {
    this.belowSince = null;
    this.loss.clear();
    if (now - this.loweredAt < SETTLE_MS) return;
    const trialFailed = now - this.raisedAt < this.holdMs;
    if (trialFailed) this.holdMs = Math.min(this.holdMs * 2, MAX_HOLD_MS);
    else if (now - this.loweredAt > MAX_HOLD_MS) this.holdMs = FIRST_HOLD_MS;
    // A budget of zero would stay zero, whatever the factor.
    this.budget = Math.min(Math.max(budget, NEGLIGIBLE), this.budget);
    this.loweredAt = now;
  }

  private tryMore(now: number): void {
    if (now - Math.max(this.loweredAt, this.raisedAt) < this.holdMs) return;
    this.budget *= STEP;
    this.raisedAt = now;
    const desired = this.readers.reduce((sum, reader) => sum + (reader.desired?.bitrate ?? 0), 0);
    if (this.budget > desired * STEP) this.budget = Infinity;
  }
}

/** The highest layer up to the desired one for which the bit/s that are left beside the lowest suffice. */
function highestFor(reader: TrackReader, lowest: Publication | null, left: number): Publication | null {
  const { track, desired } = reader;
  if (!track || !lowest || !desired) return lowest;
  let best = lowest;
  for (const layer of track.layers) {
    const fits = layer.bitrate - lowest.bitrate <= left && layer.height <= desired.height;
    if (fits && layer.active && layer.height > best.height) best = layer;
  }
  return best;
}

/** Infinity may be wanted like any other height; Infinity - Infinity is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
