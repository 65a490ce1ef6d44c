import type { MediaFrame } from './unit';

export interface GopLimits {
  maxBytes: number;
  /** By DTS, ms. */
  maxMs: number;
}

/** What one cached GOP may take: encoders' keyframe interval may be 20 s, at any frame rate. */
export const GOP_LIMITS: GopLimits = { maxBytes: 16 << 20, maxMs: 30_000 };
/** What a unit takes beside its data, bytes. */
const UNIT_BYTES = 256;

/** The frames since the last keyframe, audio included. A GOP above the limits isn't kept: part of one is of no use. */
export class GopCache {
  private units: MediaFrame[] = [];
  private bytes = 0;

  constructor(private readonly limits: GopLimits = GOP_LIMITS) {}

  /** Begins with a keyframe, or is empty. */
  get frames(): readonly MediaFrame[] {
    return this.units;
  }

  push(unit: MediaFrame): void {
    if (unit.kind === 'video' && unit.keyframe) this.clear();
    else if (this.units.length === 0) return;
    this.units.push(unit);
    this.bytes += unit.data.length + UNIT_BYTES;
    const lengthMs = unit.dtsMs - this.units[0]!.dtsMs;
    if (lengthMs > this.limits.maxMs || this.bytes > this.limits.maxBytes) this.clear();
  }

  clear(): void {
    this.units = [];
    this.bytes = 0;
  }
}
