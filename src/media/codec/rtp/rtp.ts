/** RTP packets (RFC 3550 §5.1) and arithmetic on their wrapping counters. Pure functions. */

export const RTP_VERSION = 2;
const FIXED_HEADER_BYTES = 12;

export interface RtpExtension {
  /** "Defined by profile", 0xBEDE for one-byte elements (RFC 8285 §4.2). */
  profile: number;
  /** Extension data without the four-byte header; a multiple of four bytes. */
  data: Buffer;
}

export interface RtpPacket {
  marker: boolean;
  /** 0..127 */
  payloadType: number;
  /** 0..65535 */
  sequenceNumber: number;
  /** 0..2^32-1, in the clock rate of the payload type. */
  timestamp: number;
  ssrc: number;
  csrcs: number[];
  extension: RtpExtension | null;
  /** Padding bytes at the end, the count byte included; not part of `payload`. */
  padding: number;
  /** A view of the parsed buffer, not a copy. */
  payload: Buffer;
}

/** An element of an extension with one-byte headers (RFC 8285 §4.2), a view; null when it isn't there. */
export function oneByteExtension(extension: RtpExtension | null, id: number): Buffer | null {
  if (extension?.profile !== 0xbede) return null;
  const { data } = extension;
  for (let at = 0; at < data.length;) {
    const header = data[at]!;
    if (header === 0) {
      at++;
      continue;
    }
    const length = (header & 0x0f) + 1;
    if (header >> 4 === 15 || at + 1 + length > data.length) return null;
    if (header >> 4 === id) return data.subarray(at + 1, at + 1 + length);
    at += 1 + length;
  }
  return null;
}

/** RFC 5761 §4: RTCP packet types 192..223 seen where RTP has marker and payload type. */
export function isRtcp(buffer: Buffer): boolean {
  if (buffer.length < 4) return false;
  const type = buffer[1]!;
  return type >= 192 && type <= 223;
}

/**
 * Parses one packet; null for anything that isn't a complete RTP packet of version 2.
 * `payload` and the extension's data are views of `buffer`.
 */
export function parseRtp(buffer: Buffer): RtpPacket | null {
  if (buffer.length < FIXED_HEADER_BYTES) return null;
  const first = buffer[0]!;
  if (first >> 6 !== RTP_VERSION) return null;
  const second = buffer[1]!;
  let offset = FIXED_HEADER_BYTES + (first & 0x0f) * 4;
  if (offset > buffer.length) return null;
  const csrcs: number[] = [];
  for (let at = FIXED_HEADER_BYTES; at < offset; at += 4) csrcs.push(buffer.readUInt32BE(at));
  let extension: RtpExtension | null = null;
  if (first & 0x10) {
    if (offset + 4 > buffer.length) return null;
    const end = offset + 4 + buffer.readUInt16BE(offset + 2) * 4;
    if (end > buffer.length) return null;
    extension = { profile: buffer.readUInt16BE(offset), data: buffer.subarray(offset + 4, end) };
    offset = end;
  }
  let padding = 0;
  if (first & 0x20) {
    padding = buffer[buffer.length - 1]!;
    if (padding === 0 || offset + padding > buffer.length) return null;
  }
  return {
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequenceNumber: buffer.readUInt16BE(2),
    timestamp: buffer.readUInt32BE(4),
    ssrc: buffer.readUInt32BE(8),
    csrcs,
    extension,
    padding,
    payload: buffer.subarray(offset, buffer.length - padding),
  };
}

/** The packet as bytes, in one new buffer. An extension's data is padded with zeros to four bytes. */
export function serializeRtp(packet: RtpPacket): Buffer {
  const extensionWords = packet.extension ? Math.ceil(packet.extension.data.length / 4) : 0;
  const extensionBytes = packet.extension ? 4 + extensionWords * 4 : 0;
  const headerBytes = FIXED_HEADER_BYTES + packet.csrcs.length * 4 + extensionBytes;
  const out = Buffer.alloc(headerBytes + packet.payload.length + packet.padding);
  out[0] = 0x80 | (packet.padding ? 0x20 : 0) | (packet.extension ? 0x10 : 0) | packet.csrcs.length;
  writeRtpFields(out, packet);
  let offset = FIXED_HEADER_BYTES;
  for (const csrc of packet.csrcs) offset = out.writeUInt32BE(csrc, offset);
  if (packet.extension) {
    out.writeUInt16BE(packet.extension.profile, offset);
    out.writeUInt16BE(extensionWords, offset + 2);
    packet.extension.data.copy(out, offset + 4);
  }
  packet.payload.copy(out, headerBytes);
  if (packet.padding) out[out.length - 1] = packet.padding;
  return out;
}

export type RtpFields = Pick<
  RtpPacket,
  'marker' | 'payloadType' | 'sequenceNumber' | 'timestamp' | 'ssrc' | 'payload'
>;

/** A packet with the bare twelve-byte header: no CSRCs, extension or padding. */
export function buildRtp(fields: RtpFields): Buffer {
  const out = Buffer.allocUnsafe(FIXED_HEADER_BYTES + fields.payload.length);
  out[0] = 0x80;
  writeRtpFields(out, fields);
  fields.payload.copy(out, FIXED_HEADER_BYTES);
  return out;
}

function writeRtpFields(out: Buffer, fields: RtpFields): void {
  out[1] = (fields.marker ? 0x80 : 0) | (fields.payloadType & 0x7f);
  out.writeUInt16BE(fields.sequenceNumber & 0xffff, 2);
  out.writeUInt32BE(fields.timestamp >>> 0, 4);
  out.writeUInt32BE(fields.ssrc >>> 0, 8);
}

/** Signed distance a - b of two sequence numbers across the wrap, -32768..32767. */
export function seqDelta(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** Whether sequence number `a` comes after `b` (RFC 1982 serial arithmetic, 16 bits). */
export function seqAfter(a: number, b: number): boolean {
  return seqDelta(a, b) > 0;
}

/** Signed distance a - b of two RTP timestamps across the wrap, -2^31..2^31-1. */
export function timestampDelta(a: number, b: number): number {
  return (a - b) | 0;
}

/** Whether RTP timestamp `a` comes after `b` (32 bits). */
export function timestampAfter(a: number, b: number): boolean {
  return timestampDelta(a, b) > 0;
}

/** Turns 16-bit sequence numbers into ones that don't wrap. Old packets get their old numbers. */
export class SequenceUnwrapper {
  private last: number | null = null;

  /** The first number keeps its value; later ones may be up to 32767 away from the newest seen. */
  unwrap(sequenceNumber: number): number {
    if (this.last === null) return (this.last = sequenceNumber);
    const value = this.last + seqDelta(sequenceNumber, this.last & 0xffff);
    if (value > this.last) this.last = value;
    return value;
  }
}

/** Turns 32-bit RTP timestamps into ones that don't wrap (exact up to 2^53). */
export class TimestampUnwrapper {
  private last: number | null = null;

  /** The first timestamp keeps its value; later ones may be up to 2^31-1 ticks away from the newest seen. */
  unwrap(timestamp: number): number {
    if (this.last === null) return (this.last = timestamp);
    const value = this.last + timestampDelta(timestamp, this.last % 0x1_0000_0000);
    if (value > this.last) this.last = value;
    return value;
  }
}
