/** When missing packets are asked for. */
export interface RequestPacing {
  /** A gap may be mere reordering; it is asked for after this time, ms. */
  firstMs: number;
  /** Time between two requests for the same packet, ms. */
  retryMs: number;
  maxTries: number;
}

interface Missing {
  sinceMs: number;
  askedMs: number;
  tries: number;
}

/** The packets (by unwrapped number) that a stream lacks, and when to ask for each (RFC 4585 §6.2.1). */
export class MissingPackets {
  private readonly missing = new Map<number, Missing>();

  constructor(private readonly pacing: RequestPacing) {}

  get size(): number {
    return this.missing.size;
  }

  /** Those from `first` on, up to and without `end`. */
  add(first: number, end: number, nowMs: number): void {
    for (let sequence = first; sequence < end; sequence++) {
      this.missing.set(sequence, { sinceMs: nowMs, askedMs: -Infinity, tries: 0 });
    }
  }

  /** It has come, or is given up. */
  delete(sequence: number): void {
    this.missing.delete(sequence);
  }

  clear(): void {
    this.missing.clear();
  }

  /** How long it has been missing, ms; null when it isn't. */
  age(sequence: number, nowMs: number): number | null {
    const entry = this.missing.get(sequence);
    return entry ? nowMs - entry.sinceMs : null;
  }

  /** 16-bit numbers to ask for now, and the unwrapped ones that asking has not brought. */
  due(nowMs: number): { requests: number[]; exhausted: number[] } {
    const { firstMs, retryMs, maxTries } = this.pacing;
    const requests: number[] = [];
    const exhausted: number[] = [];
    for (const [sequence, entry] of this.missing) {
      if (nowMs - entry.sinceMs < firstMs || nowMs - entry.askedMs < retryMs) continue;
      if (entry.tries === maxTries) {
        exhausted.push(sequence);
        continue;
      }
      entry.tries++;
      entry.askedMs = nowMs;
      requests.push(sequence & 0xffff);
    }
    return { requests, exhausted };
  }
}
