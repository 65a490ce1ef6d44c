import type { AccessUnit, Depacketizer, DepacketizerInput } from '../rtp/depacketizer';
import { startsVp8Partition, vp8DescriptorBytes } from './vp8-descriptor';

/** Bytes of one frame; a larger one is given up. */
const MAX_FRAME = 4 * 1024 * 1024;

/** VP8 over RTP (RFC 7741) to frames. Wants packets in order; see `Depacketizer`. */
export class Vp8Depacketizer implements Depacketizer {
  private parts: Buffer[] = [];
  private bytes = 0;
  private timestamp: number | null = null;
  private broken = false;

  push(packet: DepacketizerInput): AccessUnit[] {
    const units: AccessUnit[] = [];
    if (this.timestamp !== null && packet.timestamp !== this.timestamp) this.finish(units);
    this.timestamp = packet.timestamp;
    if (packet.payload.length > 0) this.takePayload(packet.payload);
    if (packet.marker) this.finish(units);
    return units;
  }

  reset(): void {
    this.parts = [];
    this.bytes = 0;
    this.timestamp = null;
    this.broken = false;
  }

  private takePayload(payload: Buffer): void {
    const size = vp8DescriptorBytes(payload);
    if (size >= payload.length) {
      this.broken = true;
      return;
    }
    if (startsVp8Partition(payload, 0) !== (this.parts.length === 0)) this.broken = true;
    const data = payload.subarray(size);
    this.bytes += data.length;
    if (this.bytes > MAX_FRAME) this.broken = true;
    else this.parts.push(data);
  }

  private finish(units: AccessUnit[]): void {
    const timestamp = this.timestamp ?? 0;
    if (this.broken) units.push({ timestamp, keyframe: false, data: null });
    else if (this.parts.length > 0) {
      const data = Buffer.concat(this.parts);
      // RFC 6386 §9.1: the lowest bit of the first byte is 0 in key frames.
      units.push({ timestamp, keyframe: data.length > 0 && (data[0]! & 1) === 0, data });
    }
    this.reset();
  }
}
