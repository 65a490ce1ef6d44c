import { Depacketizer } from '../rtp/depacketizer';

/** NAL unit types 1..23 stand for themselves; these are the payload structures of RFC 6184 §5.2. */
const STAP_A = 24;
const FU_A = 28;
const IDR = 5;
/** Sequence parameter sets and delimiters come before everything else of an access unit (H.264 §7.4.1.2.3). */
const FIRST_OF_UNIT = [7, 9];
const START_CODE = Buffer.from([0, 0, 0, 1]);

/**
 * H.264 over RTP (RFC 6184, packetization modes 0 and 1: single NAL units, STAP-A, FU-A) to Annex B access units.
 * Wants packets in order; see `Depacketizer`.
 */
export class H264Depacketizer extends Depacketizer {
  private keyframe = false;
  /** Inside a fragmented NAL unit: its first fragment was seen. */
  private fragmented = false;

  protected override clear(): void {
    super.clear();
    this.keyframe = this.fragmented = false;
  }

  protected takePayload(payload: Buffer): void {
    const type = payload[0]! & 0x1f;
    if (type >= 1 && type <= 23) this.addNal(payload);
    else if (type === STAP_A) this.takeAggregate(payload);
    else if (type === FU_A) this.takeFragment(payload);
    else this.broken = true;
  }

  /** Slices look the same wherever they are; encoders put parameter sets before a keyframe's. */
  protected begins(payload: Buffer): boolean {
    const first = (payload[0]! & 0x1f) === STAP_A ? payload[3] : payload[0];
    return first !== undefined && FIRST_OF_UNIT.includes(first & 0x1f);
  }

  protected isKeyframe(): boolean {
    return this.keyframe;
  }

  protected override get whole(): boolean {
    return super.whole && !this.fragmented;
  }

  /** RFC 6184 §5.7.1: NAL units, each after its size in 16 bits. */
  private takeAggregate(payload: Buffer): void {
    let offset = 1;
    while (offset + 2 < payload.length) {
      const size = payload.readUInt16BE(offset);
      offset += 2;
      if (size === 0 || offset + size > payload.length) {
        this.broken = true;
        return;
      }
      this.addNal(payload.subarray(offset, offset + size));
      offset += size;
    }
  }

  /** RFC 6184 §5.8: the NAL header is spread over the indicator and the fragment header. */
  private takeFragment(payload: Buffer): void {
    if (payload.length < 2) {
      this.broken = true;
      return;
    }
    const header = payload[1]!;
    const start = (header & 0x80) !== 0;
    if (start) this.addNal(Buffer.from([(payload[0]! & 0xe0) | (header & 0x1f)]));
    else if (!this.fragmented) this.broken = true;
    this.fragmented = (header & 0x40) === 0;
    this.add(payload.subarray(2));
  }

  private addNal(nal: Buffer): void {
    if (this.fragmented) this.broken = true;
    this.fragmented = false;
    if ((nal[0]! & 0x1f) === IDR) this.keyframe = true;
    this.add(START_CODE);
    this.add(nal);
  }
}
