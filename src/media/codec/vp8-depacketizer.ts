import type { AccessUnit, Depacketizer, DepacketizerInput } from './depacketizer';

/** Bytes of one frame; a larger one is given up. */
const MAX_FRAME = 4 * 1024 * 1024;

interface Descriptor {
  /** Where the VP8 payload begins. */
  size: number;
  /** First packet of a partition. */
  start: boolean;
  partition: number;
}

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
    const descriptor = parseDescriptor(payload);
    if (!descriptor) {
      this.broken = true;
      return;
    }
    const begins = descriptor.start && descriptor.partition === 0;
    if (begins !== (this.parts.length === 0)) this.broken = true;
    const data = payload.subarray(descriptor.size);
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

/** RFC 7741 §4.2; null when it is cut off. */
function parseDescriptor(payload: Buffer): Descriptor | null {
  const first = payload[0]!;
  let size = 1;
  if (first & 0x80) {
    const extension = payload[size++];
    if (extension === undefined) return null;
    // I: picture id of one or two bytes, L: TL0PICIDX, T or K: one shared byte.
    if (extension & 0x80) size += (payload[size] ?? 0) & 0x80 ? 2 : 1;
    if (extension & 0x40) size++;
    if (extension & 0x30) size++;
  }
  if (size >= payload.length) return null;
  return { size, start: (first & 0x10) !== 0, partition: first & 0x07 };
}
