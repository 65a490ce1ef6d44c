import { MissingPackets } from '../../codec/rtp/missing-packets';

const PACING = { firstMs: 0, retryMs: 60, maxTries: 8 };
/** Packets asked for at once; with more missing the stream is better restarted at a keyframe. */
const MAX_MISSING = 256;

/** Finds the packets a publisher's stream lacks and says when to ask for them. */
export class NackGenerator {
  private highest: number | null = null;
  private readonly missing = new MissingPackets(PACING);

  get waiting(): boolean {
    return this.missing.size > 0;
  }

  /**
   * Takes an unwrapped sequence number. Returns false when the gap before it is too large to be filled, so that a
   * keyframe is needed.
   */
  received(sequence: number, now: number): boolean {
    if (this.highest === null || sequence <= this.highest) {
      this.missing.delete(sequence);
      this.highest ??= sequence;
      return true;
    }
    const gap = sequence - this.highest - 1;
    const tooMany = gap + this.missing.size > MAX_MISSING;
    if (tooMany) this.missing.clear();
    else this.missing.add(this.highest + 1, sequence, now);
    this.highest = sequence;
    return !tooMany;
  }

  /**
   * To be called about every 20 ms: what to ask for now (16-bit numbers), and how many packets were given up,
   * after which only a keyframe helps.
   */
  due(now: number): { sequenceNumbers: number[]; gaveUp: number } {
    const { requests, exhausted } = this.missing.due(now);
    for (const sequence of exhausted) this.missing.delete(sequence);
    return { sequenceNumbers: requests, gaveUp: exhausted.length };
  }

  reset(): void {
    this.highest = null;
    this.missing.clear();
  }
}
