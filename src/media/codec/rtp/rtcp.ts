/**
 * RTCP compound packets: SR, RR, SDES, BYE (RFC 3550 §6), generic NACK and PLI (RFC 4585 §6), FIR (RFC 5104 §4.3.1)
 * and REMB (draft-alvestrand-rmcat-remb-03). Unknown packet types are skipped. Pure functions.
 */

/** Packet types (RFC 3550 §12.1, RFC 4585 §6.1). */
const Type = {
  SenderReport: 200,
  ReceiverReport: 201,
  SourceDescription: 202,
  Bye: 203,
  TransportFeedback: 205,
  PayloadFeedback: 206,
};
const NACK_FORMAT = 1;
const PLI_FORMAT = 1;
const FIR_FORMAT = 4;
const REMB_FORMAT = 15;
const REMB_ID = 0x52454d42;
const CNAME = 1;

export interface ReportBlock {
  ssrc: number;
  /** Share lost since the last report, in 1/256. */
  fractionLost: number;
  /** Signed 24 bits. */
  packetsLost: number;
  /** Highest sequence number with its wraps in the upper 16 bits. */
  highestSequence: number;
  /** In ticks of the RTP clock. */
  jitter: number;
  /** Middle 32 bits of the last sender report's NTP time, 0 for none. */
  lastSenderReport: number;
  /** 1/65536 s. */
  delaySinceLastSenderReport: number;
}

export interface SenderReport {
  type: 'sr';
  ssrc: number;
  /** 64-bit NTP time, RFC 3550 §4. */
  ntp: bigint;
  rtpTimestamp: number;
  packetCount: number;
  octetCount: number;
  reports: ReportBlock[];
}
export interface ReceiverReport {
  type: 'rr';
  ssrc: number;
  reports: ReportBlock[];
}
export interface SourceDescription {
  type: 'sdes';
  chunks: { ssrc: number; cname: string }[];
}
export interface Bye {
  type: 'bye';
  ssrcs: number[];
}
export interface Nack {
  type: 'nack';
  senderSsrc: number;
  mediaSsrc: number;
  sequenceNumbers: number[];
}
export interface Pli {
  type: 'pli';
  senderSsrc: number;
  mediaSsrc: number;
}
export interface Fir {
  type: 'fir';
  senderSsrc: number;
  entries: { ssrc: number; sequenceNumber: number }[];
}
export interface Remb {
  type: 'remb';
  senderSsrc: number;
  /** bit/s */
  bitrate: number;
  ssrcs: number[];
}
export type RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Bye | Nack | Pli | Fir | Remb;

/**
 * Parses a compound packet. Returns null when it is malformed (bad version, lengths that don't add up, a body
 * shorter than its counts say); packet types not known here are left out.
 */
export function parseRtcp(buffer: Buffer): RtcpPacket[] | null {
  const packets: RtcpPacket[] = [];
  let offset = 0;
  if (buffer.length < 4) return null;
  while (offset < buffer.length) {
    if (offset + 4 > buffer.length || buffer[offset]! >> 6 !== 2) return null;
    const end = offset + 4 + buffer.readUInt16BE(offset + 2) * 4;
    if (end > buffer.length) return null;
    let bodyEnd = end;
    if (buffer[offset]! & 0x20) {
      const padding = buffer[end - 1]!;
      if (padding === 0 || padding > end - offset - 4) return null;
      bodyEnd -= padding;
    }
    const parsed = parseOne(
      buffer[offset + 1]!,
      buffer[offset]! & 0x1f,
      buffer.subarray(offset + 4, bodyEnd),
    );
    if (parsed === 'malformed') return null;
    if (parsed) packets.push(parsed);
    offset = end;
  }
  return packets;
}

/** One packet's body (after the four-byte header); null: unknown type. */
function parseOne(type: number, count: number, body: Buffer): RtcpPacket | null | 'malformed' {
  switch (type) {
    case Type.SenderReport:
      return parseSenderReport(count, body);
    case Type.ReceiverReport: {
      if (body.length < 4 + count * 24) return 'malformed';
      return { type: 'rr', ssrc: body.readUInt32BE(0), reports: parseReports(count, body, 4) };
    }
    case Type.SourceDescription:
      return parseSdes(count, body);
    case Type.Bye: {
      if (body.length < count * 4) return 'malformed';
      return { type: 'bye', ssrcs: readSsrcs(body, 0, count) };
    }
    case Type.TransportFeedback:
      return count === NACK_FORMAT ? parseNack(body) : null;
    case Type.PayloadFeedback:
      return parsePayloadFeedback(count, body);
    default:
      return null;
  }
}

function parseSenderReport(count: number, body: Buffer): SenderReport | 'malformed' {
  if (body.length < 24 + count * 24) return 'malformed';
  return {
    type: 'sr',
    ssrc: body.readUInt32BE(0),
    ntp: body.readBigUInt64BE(4),
    rtpTimestamp: body.readUInt32BE(12),
    packetCount: body.readUInt32BE(16),
    octetCount: body.readUInt32BE(20),
    reports: parseReports(count, body, 24),
  };
}

function parseReports(count: number, body: Buffer, start: number): ReportBlock[] {
  const reports: ReportBlock[] = [];
  for (let at = start; reports.length < count; at += 24) {
    reports.push({
      ssrc: body.readUInt32BE(at),
      fractionLost: body[at + 4]!,
      packetsLost: body.readIntBE(at + 5, 3),
      highestSequence: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12),
      lastSenderReport: body.readUInt32BE(at + 16),
      delaySinceLastSenderReport: body.readUInt32BE(at + 20),
    });
  }
  return reports;
}

function parseSdes(count: number, body: Buffer): SourceDescription | 'malformed' {
  const chunks: SourceDescription['chunks'] = [];
  let at = 0;
  for (let chunk = 0; chunk < count; chunk++) {
    if (at + 4 > body.length) return 'malformed';
    const ssrc = body.readUInt32BE(at);
    at += 4;
    let cname = '';
    while (at < body.length && body[at] !== 0) {
      if (at + 2 > body.length || at + 2 + body[at + 1]! > body.length) return 'malformed';
      const end = at + 2 + body[at + 1]!;
      if (body[at] === CNAME) cname = body.toString('utf8', at + 2, end);
      at = end;
    }
    chunks.push({ ssrc, cname });
    // A list of items ends with one or more null bytes, up to the next 32-bit boundary (§6.5).
    at = (Math.floor(at / 4) + 1) * 4;
  }
  return { type: 'sdes', chunks };
}

function parseNack(body: Buffer): Nack | 'malformed' {
  if (body.length < 8) return 'malformed';
  const sequenceNumbers: number[] = [];
  for (let at = 8; at + 4 <= body.length; at += 4) {
    const first = body.readUInt16BE(at);
    const mask = body.readUInt16BE(at + 2);
    sequenceNumbers.push(first);
    for (let bit = 0; bit < 16; bit++) {
      if (mask & (1 << bit)) sequenceNumbers.push((first + bit + 1) & 0xffff);
    }
  }
  return { type: 'nack', senderSsrc: body.readUInt32BE(0), mediaSsrc: body.readUInt32BE(4), sequenceNumbers };
}

function parsePayloadFeedback(format: number, body: Buffer): Pli | Fir | Remb | null | 'malformed' {
  if (body.length < 8) return 'malformed';
  const senderSsrc = body.readUInt32BE(0);
  if (format === PLI_FORMAT) return { type: 'pli', senderSsrc, mediaSsrc: body.readUInt32BE(4) };
  if (format === FIR_FORMAT) {
    const entries: Fir['entries'] = [];
    for (let at = 8; at + 8 <= body.length; at += 8) {
      entries.push({ ssrc: body.readUInt32BE(at), sequenceNumber: body[at + 4]! });
    }
    return { type: 'fir', senderSsrc, entries };
  }
  if (format !== REMB_FORMAT || body.length < 16 || body.readUInt32BE(8) !== REMB_ID) return null;
  const count = body[12]!;
  if (body.length < 16 + count * 4) return 'malformed';
  const exponent = body[13]! >> 2;
  const mantissa = ((body[13]! & 0x03) << 16) | body.readUInt16BE(14);
  return { type: 'remb', senderSsrc, bitrate: mantissa * 2 ** exponent, ssrcs: readSsrcs(body, 16, count) };
}

function readSsrcs(body: Buffer, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => body.readUInt32BE(start + index * 4));
}

/** The packets as one compound packet, in the order given (RFC 3550 §6.1: begin with an SR or RR). */
export function serializeRtcp(packets: RtcpPacket[]): Buffer {
  return Buffer.concat(packets.map(serializeOne));
}

function serializeOne(packet: RtcpPacket): Buffer {
  switch (packet.type) {
    case 'sr': {
      const out = allocate(Type.SenderReport, packet.reports.length, 24 + packet.reports.length * 24);
      out.writeUInt32BE(packet.ssrc >>> 0, 4);
      out.writeBigUInt64BE(packet.ntp, 8);
      out.writeUInt32BE(packet.rtpTimestamp >>> 0, 16);
      out.writeUInt32BE(packet.packetCount >>> 0, 20);
      out.writeUInt32BE(packet.octetCount >>> 0, 24);
      writeReports(out, packet.reports, 28);
      return out;
    }
    case 'rr': {
      const out = allocate(Type.ReceiverReport, packet.reports.length, 4 + packet.reports.length * 24);
      out.writeUInt32BE(packet.ssrc >>> 0, 4);
      writeReports(out, packet.reports, 8);
      return out;
    }
    case 'sdes':
      return serializeSdes(packet);
    case 'bye': {
      const out = allocate(Type.Bye, packet.ssrcs.length, packet.ssrcs.length * 4);
      writeSsrcs(out, packet.ssrcs, 4);
      return out;
    }
    case 'nack':
      return serializeNack(packet);
    case 'pli':
      return feedback(Type.PayloadFeedback, PLI_FORMAT, packet.senderSsrc, packet.mediaSsrc, 0);
    case 'fir': {
      const bytes = packet.entries.length * 8;
      const out = feedback(Type.PayloadFeedback, FIR_FORMAT, packet.senderSsrc, 0, bytes);
      packet.entries.forEach((entry, index) => {
        out.writeUInt32BE(entry.ssrc >>> 0, 12 + index * 8);
        out[16 + index * 8] = entry.sequenceNumber & 0xff;
      });
      return out;
    }
    case 'remb':
      return serializeRemb(packet);
  }
}

/** A zeroed packet of `body` bytes with its header written. */
function allocate(type: number, count: number, body: number): Buffer {
  const out = Buffer.alloc(4 + body);
  out[0] = 0x80 | count;
  out[1] = type;
  out.writeUInt16BE(body / 4, 2);
  return out;
}

function feedback(type: number, format: number, sender: number, media: number, control: number): Buffer {
  const out = allocate(type, format, 8 + control);
  out.writeUInt32BE(sender >>> 0, 4);
  out.writeUInt32BE(media >>> 0, 8);
  return out;
}

function writeReports(out: Buffer, reports: ReportBlock[], start: number): void {
  reports.forEach((report, index) => {
    const at = start + index * 24;
    out.writeUInt32BE(report.ssrc >>> 0, at);
    out[at + 4] = report.fractionLost & 0xff;
    out.writeIntBE(Math.max(-0x800000, Math.min(0x7fffff, report.packetsLost)), at + 5, 3);
    out.writeUInt32BE(report.highestSequence >>> 0, at + 8);
    out.writeUInt32BE(report.jitter >>> 0, at + 12);
    out.writeUInt32BE(report.lastSenderReport >>> 0, at + 16);
    out.writeUInt32BE(report.delaySinceLastSenderReport >>> 0, at + 20);
  });
}

function writeSsrcs(out: Buffer, ssrcs: number[], start: number): void {
  ssrcs.forEach((ssrc, index) => out.writeUInt32BE(ssrc >>> 0, start + index * 4));
}

function serializeSdes(packet: SourceDescription): Buffer {
  const chunks = packet.chunks.map(({ ssrc, cname }) => {
    const name = Buffer.from(cname, 'utf8').subarray(0, 255);
    const out = Buffer.alloc((Math.floor((6 + name.length) / 4) + 1) * 4);
    out.writeUInt32BE(ssrc >>> 0, 0);
    out[4] = CNAME;
    out[5] = name.length;
    name.copy(out, 6);
    return out;
  });
  const body = Buffer.concat(chunks);
  const header = allocate(Type.SourceDescription, chunks.length, 0);
  header.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([header, body]);
}

function serializeNack(packet: Nack): Buffer {
  const items: { first: number; mask: number }[] = [];
  for (const sequenceNumber of packet.sequenceNumbers) {
    const item = items[items.length - 1];
    const distance = item ? (sequenceNumber - item.first) & 0xffff : 0;
    if (item && distance >= 1 && distance <= 16) item.mask |= 1 << (distance - 1);
    else items.push({ first: sequenceNumber, mask: 0 });
  }
  const out = feedback(
    Type.TransportFeedback,
    NACK_FORMAT,
    packet.senderSsrc,
    packet.mediaSsrc,
    items.length * 4,
  );
  items.forEach(({ first, mask }, index) => {
    out.writeUInt16BE(first, 12 + index * 4);
    out.writeUInt16BE(mask, 14 + index * 4);
  });
  return out;
}

function serializeRemb(packet: Remb): Buffer {
  const out = feedback(Type.PayloadFeedback, REMB_FORMAT, packet.senderSsrc, 0, 8 + packet.ssrcs.length * 4);
  out.writeUInt32BE(REMB_ID, 12);
  out[16] = packet.ssrcs.length;
  let mantissa = Math.floor(packet.bitrate);
  let exponent = 0;
  while (mantissa > 0x3ffff) {
    mantissa = Math.floor(mantissa / 2);
    exponent++;
  }
  out[17] = (exponent << 2) | (mantissa >> 16);
  out.writeUInt16BE(mantissa & 0xffff, 18);
  writeSsrcs(out, packet.ssrcs, 20);
  return out;
}

const NTP_EPOCH_OFFSET_S = 2_208_988_800;

/** Unix time in ms (fractions allowed) as 64-bit NTP time. */
export function msToNtp(ms: number): bigint {
  const seconds = Math.floor(ms / 1000);
  const fraction = Math.floor(((ms - seconds * 1000) / 1000) * 0x1_0000_0000);
  return (BigInt(seconds + NTP_EPOCH_OFFSET_S) << 32n) | BigInt(fraction);
}

/** 64-bit NTP time as Unix time in ms, with the fraction. */
export function ntpToMs(ntp: bigint): number {
  const seconds = Number(ntp >> 32n) - NTP_EPOCH_OFFSET_S;
  return seconds * 1000 + (Number(ntp & 0xffff_ffffn) / 0x1_0000_0000) * 1000;
}

/** Middle 32 bits, as report blocks carry them (LSR). */
export function ntpMiddle(ntp: bigint): number {
  return Number((ntp >> 16n) & 0xffff_ffffn);
}
