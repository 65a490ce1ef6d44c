import { Depacketizer } from '../rtp/depacketizer';
import { startsVp8Partition, vp8DescriptorBytes } from './vp8-descriptor';

/** VP8 over RTP (RFC 7741) to frames. Wants packets in order; see `Depacketizer`. */
export class Vp8Depacketizer extends Depacketizer {
  protected takePayload(payload: Buffer): void {
    const size = vp8DescriptorBytes(payload);
    if (size >= payload.length) {
      this.broken = true;
      return;
    }
    if (startsVp8Partition(payload, 0) !== this.empty) this.broken = true;
    this.add(payload.subarray(size));
  }

  protected begins(payload: Buffer): boolean {
    return startsVp8Partition(payload, 0);
  }

  /** RFC 6386 §9.1: the lowest bit of the first byte is 0 in key frames. */
  protected isKeyframe(data: Buffer): boolean {
    return (data[0]! & 1) === 0;
  }
}
