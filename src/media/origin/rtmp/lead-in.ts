import { isFrame, type MediaUnit } from '../../stream';

/** So much of a stream is looked at where nothing tells sooner which tracks it has, ms of its own time. */
const LEAD_IN_MS = 500;
const MAX_BYTES = 8 << 20;
const MAX_UNITS = 1000;

/** Tracks as the encoder's metadata has them. */
export interface Tracks {
  audio: boolean;
  video: boolean;
}

/**
 * The beginning of a publisher's stream. Nothing of it is passed on before the codecs of all its tracks have been
 * accepted: one that is refused for its sound never puts its picture on the air in another publisher's place.
 *
 * It also brings pictures that are to be shown before their DTS in order. The DTS of the whole track are made earlier by
 * the same time, since moving such pictures alone would change when they are shown.
 */
export class LeadIn {
  private held: MediaUnit[] | null = [];
  private bytes = 0;
  private firstMs = Infinity;
  private lastMs = -Infinity;
  private announced: Tracks | null = null;
  private readonly has: Tracks = { audio: false, video: false };
  /** How much earlier the DTS of the pictures are made, ms. */
  private earlierMs = 0;

  constructor(private readonly pass: (unit: MediaUnit) => void) {}

  /** What the encoder says of its tracks. It may not be true. */
  announce(tracks: Tracks): void {
    this.announced = tracks;
  }

  write(unit: MediaUnit): void {
    if (unit.kind === 'video') this.earlierMs = Math.max(this.earlierMs, unit.dtsMs - unit.ptsMs);
    if (!this.held) return this.release(unit);
    this.held.push(unit);
    this.remember(unit);
    if (this.isOver(this.held.length)) this.flush(this.held);
  }

  private remember(unit: MediaUnit): void {
    if (unit.kind === 'audio-config') this.has.audio = true;
    if (!isFrame(unit)) return;
    if (unit.kind === 'video') this.has.video = true;
    this.bytes += unit.data.length;
    this.firstMs = Math.min(this.firstMs, unit.dtsMs);
    this.lastMs = Math.max(this.lastMs, unit.dtsMs);
  }

  private isOver(units: number): boolean {
    if (this.lastMs - this.firstMs >= LEAD_IN_MS || units >= MAX_UNITS || this.bytes >= MAX_BYTES)
      return true;
    if (this.earlierMs > 0) return false; // by how much in all shows in some pictures only
    const { announced, has } = this;
    return (has.audio || announced?.audio === false) && (has.video || announced?.video === false);
  }

  private flush(held: MediaUnit[]): void {
    this.held = null;
    for (const unit of held) this.release(unit);
  }

  private release(unit: MediaUnit): void {
    this.pass(unit.kind === 'video' ? { ...unit, dtsMs: unit.dtsMs - this.earlierMs } : unit);
  }
}
