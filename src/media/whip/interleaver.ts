import type { MediaUnit } from '../stream';

/** Pictures wait for the sound of their time no longer than this, ms. */
const MAX_WAIT_MS = 250;
/** And no more of them than this. */
const MAX_WAITING = 64;

/**
 * Brings units into the order of their times. Sound comes out of its encoder some 60 ms after the picture of the same
 * time, so pictures wait for it; where it doesn't come they go on without.
 */
export class Interleaver {
  private readonly pictures: { unit: MediaUnit; atMs: number }[] = [];

  constructor(private readonly emit: (unit: MediaUnit) => void) {}

  /** @param nowMs monotonic */
  push(unit: MediaUnit, nowMs: number): void {
    if (unit.kind === 'audio' || unit.kind === 'audio-config') {
      this.release((waiting) => waiting.unit.dtsMs <= unit.dtsMs);
      this.emit(unit);
      return;
    }
    this.pictures.push({ unit, atMs: nowMs });
    this.scan(nowMs);
  }

  /** To be called every 20 ms. */
  scan(nowMs: number): void {
    this.release(({ atMs }) => nowMs - atMs > MAX_WAIT_MS || this.pictures.length > MAX_WAITING);
  }

  private release(due: (waiting: { unit: MediaUnit; atMs: number }) => boolean): void {
    while (this.pictures[0] && due(this.pictures[0])) this.emit(this.pictures.shift()!.unit);
  }
}
