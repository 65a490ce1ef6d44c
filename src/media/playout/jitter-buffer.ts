import { MissingPackets } from '../codec/rtp/missing-packets';
import { type RtpPacket, SequenceUnwrapper } from '../codec/rtp/rtp';

/** Packets held at most: over two seconds of a 2 Mbit/s camera. */
const CAPACITY = 512;
/** A jump of more numbers than this is a restarted sender, not a gap. */
const MAX_GAP = 256;
/** After a pause of this length what was missed is no longer wanted, ms. */
const PAUSE_MS = 500;
const PACING = { firstMs: 5, retryMs: 40, maxTries: 6 };

/** All that is asked of a packet: its 16-bit sequence number. */
export interface Numbered {
  sequenceNumber: number;
}

/**
 * Brings the packets of one source back into order and knows which are missing. Time enters only to pace the
 * requests; when to stop waiting for a hole is the caller's decision (`skipGap`). Bounded: when it is full, the hole
 * at its head is skipped, else the oldest packet.
 */
export class JitterBuffer<P extends Numbered = RtpPacket> {
  private readonly unwrapper = new SequenceUnwrapper();
  private readonly packets = new Map<number, P>();
  private readonly missing = new MissingPackets(PACING);
  /** Numbers that were given up lately, to tell a packet that came too late from one that came twice. */
  private readonly givenUp = new Set<number>();
  private next: number | null = null;
  private highest = -1;
  private lastMs = -Infinity;
  /** Numbers that were given up. */
  lost = 0;
  /** Packets that came after they had been given up, or twice. */
  late = 0;

  /**
   * `late`: it was given up before it came; `duplicate`: it came before; neither is of use. `restarted`: it was taken,
   * and everything that should have come before it is given up.
   */
  push(packet: P, nowMs: number): 'taken' | 'late' | 'duplicate' | 'restarted' {
    const sequence = this.unwrapper.unwrap(packet.sequenceNumber);
    const ahead = sequence - this.highest;
    const paused = this.next !== null && ahead > 1 && nowMs - this.lastMs > PAUSE_MS;
    if (this.next === null || paused || Math.abs(ahead) > MAX_GAP) {
      if (paused && ahead <= MAX_GAP) this.lost += ahead - 1;
      this.restart(sequence);
      this.lastMs = nowMs;
      this.highest = sequence;
      this.packets.set(sequence, packet);
      return 'restarted';
    }
    if (sequence < this.next || this.packets.has(sequence)) {
      this.late++;
      return this.givenUp.delete(sequence) ? 'late' : 'duplicate';
    }
    this.missing.add(this.highest + 1, sequence, nowMs);
    this.lastMs = nowMs;
    this.highest = Math.max(this.highest, sequence);
    this.missing.delete(sequence);
    this.packets.set(sequence, packet);
    if (this.packets.size > CAPACITY) this.dropOldest();
    return 'taken';
  }

  /** The next packet in order; null while there is a hole before it, or nothing. */
  pop(): P | null {
    if (this.next === null) return null;
    const packet = this.packets.get(this.next);
    if (!packet) return null;
    this.packets.delete(this.next++);
    return packet;
  }

  /** How long the hole at the head has been there, ms; null when there is none. */
  gapAge(nowMs: number): number | null {
    return this.next === null ? null : this.missing.age(this.next, nowMs);
  }

  /** Gives the hole at the head up. Returns how many packets were lost with it. */
  skipGap(): number {
    let skipped = 0;
    while (this.next !== null && this.next <= this.highest && !this.packets.has(this.next)) {
      this.missing.delete(this.next);
      this.givenUp.add(this.next++);
      skipped++;
    }
    for (const old of this.givenUp) {
      if (this.givenUp.size <= MAX_GAP) break;
      this.givenUp.delete(old);
    }
    this.lost += skipped;
    return skipped;
  }

  /** The packet after the hole at the head, without taking it. */
  peekAfterGap(): P | null {
    if (this.next === null) return null;
    for (let sequence = this.next; sequence <= this.highest; sequence++) {
      const packet = this.packets.get(sequence);
      if (packet) return packet;
    }
    return null;
  }

  /** Sequence numbers (16 bits) to ask for now; each is asked for a few times, with pauses. */
  requests(nowMs: number): number[] {
    return this.missing.due(nowMs).requests;
  }

  /** Packets waiting. */
  get size(): number {
    return this.packets.size;
  }

  /** The hole at the head goes first; then the oldest packet, if nobody has taken any. */
  private dropOldest(): void {
    if (this.skipGap() === 0 && this.pop()) this.lost++;
  }

  private restart(sequence: number): void {
    this.lost += this.missing.size;
    this.packets.clear();
    this.missing.clear();
    this.givenUp.clear();
    this.next = sequence;
  }
}
