import type { AccessUnit, Depacketizer, DepacketizerInput } from '../codec/rtp/depacketizer';
import { JitterBuffer, type Numbered } from './jitter-buffer';

/** A hole that was not filled after this time is given up for a keyframe, ms. */
const GIVE_UP_MS = 250;

export interface FrameAssemblerEvents {
  /** A frame, in order. Its data is null where it was damaged. */
  onFrame(unit: AccessUnit, nowMs: number): void;
  /** Packets are lost for good, or the stream began anew: only a keyframe helps. */
  onInterrupt(): void;
}

/** Brings the packets of one camera into order and assembles frames of them. */
export class FrameAssembler<P extends DepacketizerInput & Numbered> {
  private jitter = new JitterBuffer<P>();

  constructor(
    private readonly depacketizer: Depacketizer,
    private readonly events: FrameAssemblerEvents,
  ) {}

  /** Numbers that were given up. */
  get lost(): number {
    return this.jitter.lost;
  }

  push(packet: P, nowMs: number): void {
    const { lost } = this.jitter;
    const outcome = this.jitter.push(packet, nowMs);
    if (outcome === 'late' || outcome === 'duplicate') return;
    // A buffer that is full gives up the hole at its head.
    if (outcome === 'restarted' || this.jitter.lost > lost) this.interrupt();
    this.assemble(nowMs);
  }

  /** To be called often: gives up a hole that is too old. */
  scan(nowMs: number): void {
    const age = this.jitter.gapAge(nowMs);
    if (age === null || age <= GIVE_UP_MS) return;
    this.jitter.skipGap();
    this.interrupt();
    this.assemble(nowMs);
  }

  /** Sequence numbers to ask the sender for now. */
  requests(nowMs: number): number[] {
    return this.jitter.requests(nowMs);
  }

  /** Another stream follows: nothing of what was begun goes on. */
  restart(): void {
    this.jitter = new JitterBuffer<P>();
    this.interrupt();
  }

  private interrupt(): void {
    this.depacketizer.reset();
    this.events.onInterrupt();
  }

  private assemble(nowMs: number): void {
    for (let packet = this.jitter.pop(); packet; packet = this.jitter.pop()) {
      for (const unit of this.depacketizer.push(packet)) this.events.onFrame(unit, nowMs);
    }
  }
}
