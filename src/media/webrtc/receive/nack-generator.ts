/** Finds the packets a publisher's stream lacks and says when to ask for them (RFC 4585 §6.2.1). */

/** Time between two requests for the same packet, ms. */
const RETRY_MS = 60;
const MAX_TRIES = 8;
/** Packets asked for at once; with more missing the stream is better restarted at a keyframe. */
const MAX_MISSING = 256;

interface Missing {
  askedAt: number;
  tries: number;
}

export class NackGenerator {
  private highest: number | null = null;
  private readonly missing = new Map<number, Missing>();

  get waiting(): boolean {
    return this.missing.size > 0;
  }

  /**
   * Takes an unwrapped sequence number. Returns false when the gap before it is too large to be filled, so that a
   * keyframe is needed.
   */
  received(sequence: number): boolean {
    if (this.highest === null || sequence <= this.highest) {
      this.missing.delete(sequence);
      this.highest ??= sequence;
      return true;
    }
    const gap = sequence - this.highest - 1;
    const tooMany = gap + this.missing.size > MAX_MISSING;
    if (tooMany) this.missing.clear();
    else
      for (let lost = this.highest + 1; lost < sequence; lost++)
        this.missing.set(lost, { askedAt: -Infinity, tries: 0 });
    this.highest = sequence;
    return !tooMany;
  }

  /**
   * To be called about every 20 ms: what to ask for now (16-bit numbers), and how many packets were given up,
   * after which only a keyframe helps.
   */
  due(now: number): { sequenceNumbers: number[]; gaveUp: number } {
    const sequenceNumbers: number[] = [];
    let gaveUp = 0;
    for (const [sequence, entry] of this.missing) {
      if (now - entry.askedAt < RETRY_MS) continue;
      if (entry.tries === MAX_TRIES) {
        this.missing.delete(sequence);
        gaveUp++;
        continue;
      }
      entry.tries++;
      entry.askedAt = now;
      sequenceNumbers.push(sequence & 0xffff);
    }
    return { sequenceNumbers, gaveUp };
  }

  reset(): void {
    this.highest = null;
    this.missing.clear();
  }
}
