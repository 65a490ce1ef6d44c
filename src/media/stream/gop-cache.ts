import type { MediaFrame } from './unit';

export interface GopLimits {
  maxBytes: number;
  maxFrames: number;
}

/** What one cached GOP may take by default: 10 s of 50 fps video with its sound, or 8 MiB. */
export const GOP_LIMITS: GopLimits = { maxBytes: 8 << 20, maxFrames: 1000 };

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
    this.bytes += unit.data.length;
    if (this.units.length > this.limits.maxFrames || this.bytes > this.limits.maxBytes) this.clear();
  }

  clear(): void {
    this.units = [];
    this.bytes = 0;
  }
}
