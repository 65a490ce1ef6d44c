import type { AccessUnit, Depacketizer, DepacketizerInput } from '../rtp/depacketizer';

/** NAL unit types 1..23 stand for themselves; these are the payload structures of RFC 6184 §5.2. */
const STAP_A = 24;
const FU_A = 28;
const IDR = 5;
const START_CODE = Buffer.from([0, 0, 0, 1]);
/** Bytes of one access unit; a larger one is given up. */
const MAX_ACCESS_UNIT = 4 * 1024 * 1024;

/**
 * H.264 over RTP (RFC 6184, packetization modes 0 and 1: single NAL units, STAP-A, FU-A) to Annex B access units.
 * Wants packets in order; the caller says with `reset` that some are missing, which gives up the unit begun.
 */
export class H264Depacketizer implements Depacketizer {
  private parts: Buffer[] = [];
  private bytes = 0;
  private timestamp: number | null = null;
  private keyframe = false;
  /** Inside a fragmented NAL unit: its first fragment was seen. */
  private fragmented = false;
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
    this.keyframe = this.fragmented = this.broken = false;
  }

  private takePayload(payload: Buffer): void {
    const type = payload[0]! & 0x1f;
    if (type >= 1 && type <= 23) this.addNal(payload);
    else if (type === STAP_A) this.takeAggregate(payload);
    else if (type === FU_A) this.takeFragment(payload);
    else this.broken = true;
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

  private add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes > MAX_ACCESS_UNIT) this.broken = true;
    else this.parts.push(part);
  }

  private finish(units: AccessUnit[]): void {
    if (this.parts.length > 0 && !this.broken && !this.fragmented && this.timestamp !== null) {
      units.push({ timestamp: this.timestamp, keyframe: this.keyframe, data: Buffer.concat(this.parts) });
    } else if (this.broken || this.fragmented) {
      units.push({ timestamp: this.timestamp ?? 0, keyframe: false, data: null });
    }
    this.reset();
  }
}
