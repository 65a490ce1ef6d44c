import { AAC_FRAME } from '../../codec/audio/aac';

/** A frame later than this leaves a hole, and one earlier than this is left out, in frames. */
const HOLE = 1;
const OVERLAP = 2;

/**
 * Times of AAC frames in samples. Units carry ms, which are not whole numbers of samples, so frames are laid end to end;
 * only a difference larger than an encoder's jitter moves them.
 */
export class AudioClock {
  private next: number | null = null;

  constructor(
    /** Hz. */
    readonly sampleRate: number,
  ) {}

  /** When the frame begins, in samples; null when it is to be left out. */
  place(dtsMs: number): number | null {
    const wanted = Math.round((dtsMs * this.sampleRate) / 1000);
    if (this.next === null || wanted - this.next > HOLE * AAC_FRAME) this.next = wanted;
    else if (this.next - wanted > OVERLAP * AAC_FRAME) return null;
    const at = this.next;
    this.next += AAC_FRAME;
    return at;
  }
}
