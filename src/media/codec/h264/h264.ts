/** H.264 bitstream (ISO/IEC 14496-10) and its AVCC form in containers (ISO/IEC 14496-15). */

import { parseSps, type SpsInfo } from './h264-sps';

export { parseSps, type SpsInfo };

export const NAL = {
  slice: 1,
  partitionA: 2,
  idr: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  aud: 9,
  endOfSequence: 10,
  filler: 12,
} as const;

/** nal_unit_type of a NAL unit; 0 for an empty one. */
export function nalType(nal: Buffer): number {
  return (nal[0] ?? 0) & 0x1f;
}

/** NAL units of an Annex B byte stream, without start codes and trailing zeros; views into `data`. */
export function splitAnnexB(data: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let start = -1;
  for (let at = data.indexOf(START_CODE); at >= 0; at = data.indexOf(START_CODE, at + 3)) {
    if (start >= 0) pushTrimmed(nals, data.subarray(start, at));
    start = at + 3;
  }
  if (start >= 0) pushTrimmed(nals, data.subarray(start));
  return nals;
}

const START_CODE = Buffer.from([0, 0, 1]);

function pushTrimmed(nals: Buffer[], nal: Buffer): void {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end -= 1; // the zero byte of a 4-byte start code, or trailing zeros
  if (end > 0) nals.push(nal.subarray(0, end));
}

/** Joins NAL units with 4-byte lengths, as FLV and MP4 carry them. */
export function joinAvcc(nals: Buffer[]): Buffer {
  const out = Buffer.allocUnsafe(nals.reduce((sum, nal) => sum + 4 + nal.length, 0));
  let at = 0;
  for (const nal of nals) {
    at = out.writeUInt32BE(nal.length, at);
    at += nal.copy(out, at);
  }
  return out;
}

/**
 * NAL units of a length-prefixed access unit; views into `data`.
 * @param lengthBytes size of the prefixes, 1, 2 or 4, from the decoder configuration.
 * @throws RangeError when the lengths don't fit the data.
 */
export function splitAvcc(data: Buffer, lengthBytes = 4): Buffer[] {
  const nals: Buffer[] = [];
  for (let at = 0; at < data.length;) {
    if (at + lengthBytes > data.length) throw new RangeError('NAL unit length is cut off');
    const length = data.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    if (at + length > data.length) throw new RangeError('NAL unit is longer than its access unit');
    if (length > 0) nals.push(data.subarray(at, at + length));
    at += length;
  }
  return nals;
}

/** Annex B access unit with 4-byte start codes to AVCC with 4-byte lengths. */
export function annexBToAvcc(data: Buffer): Buffer {
  return joinAvcc(splitAnnexB(data));
}

/** AVCC to Annex B with 4-byte start codes. @throws RangeError as `splitAvcc`. */
export function avccToAnnexB(data: Buffer, lengthBytes = 4): Buffer {
  return joinAnnexB(splitAvcc(data, lengthBytes));
}

/**
 * A keyframe that can be decoded by itself; null where the configuration is malformed, or the unit no access unit.
 * @param config AVCDecoderConfigurationRecord
 * @param data AVCC with 4-byte lengths
 */
export function annexBKeyframe(config: Buffer, data: Buffer): Buffer | null {
  const sets = parseAvcDecoderConfig(config);
  if (!sets) return null;
  try {
    return joinAnnexB([...sets.sps, ...sets.pps, ...splitAvcc(data)]);
  } catch {
    return null; // its lengths don't fit
  }
}

/** Joins NAL units with 4-byte start codes. */
export function joinAnnexB(nals: Buffer[]): Buffer {
  return Buffer.concat(nals.flatMap((nal) => [LONG_START_CODE, nal]));
}

const LONG_START_CODE = Buffer.from([0, 0, 0, 1]);

export interface AvcDecoderConfig {
  profile: number;
  compatibility: number;
  level: number;
  /** Bytes of the NAL unit lengths: 1, 2 or 4. */
  lengthBytes: number;
  sps: Buffer[];
  pps: Buffer[];
}

/** AVCDecoderConfigurationRecord (14496-15, 5.3.3.1) with 4-byte lengths. @throws RangeError without an SPS. */
export function buildAvcDecoderConfig(sps: Buffer[], pps: Buffer[]): Buffer {
  const first = sps[0];
  if (!first || first.length < 4) throw new RangeError('an AVC decoder configuration needs an SPS');
  const head = Buffer.from([
    1,
    first.readUInt8(1),
    first.readUInt8(2),
    first.readUInt8(3),
    0xff,
    0xe0 | sps.length,
  ]);
  return Buffer.concat([head, ...sps.flatMap(prefixed), Buffer.from([pps.length]), ...pps.flatMap(prefixed)]);
}

function prefixed(nal: Buffer): Buffer[] {
  return [Buffer.from([nal.length >> 8, nal.length & 0xff]), nal];
}

/** Parses an AVCDecoderConfigurationRecord; null when it is malformed. The High profile extension is ignored. */
export function parseAvcDecoderConfig(record: Buffer): AvcDecoderConfig | null {
  try {
    if (record.readUInt8(0) !== 1) return null;
    const sps = readSets(record, 5, 0x1f);
    const pps = readSets(record, sps.end, 0xff);
    return {
      profile: record.readUInt8(1),
      compatibility: record.readUInt8(2),
      level: record.readUInt8(3),
      lengthBytes: (record.readUInt8(4) & 3) + 1,
      sps: sps.nals,
      pps: pps.nals,
    };
  } catch {
    return null; // all that reading can run into is the end of the record
  }
}

function readSets(record: Buffer, offset: number, countMask: number): { nals: Buffer[]; end: number } {
  const count = record.readUInt8(offset) & countMask;
  let at = offset + 1;
  const nals: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const length = record.readUInt16BE(at);
    if (at + 2 + length > record.length) throw new RangeError('parameter set is cut off');
    nals.push(record.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return { nals, end: at };
}

/** What the first sequence parameter set of a configuration says; null for a malformed or empty record. */
export function pictureInfoOf(record: Buffer): SpsInfo | null {
  const sps = parseAvcDecoderConfig(record)?.sps[0];
  return sps ? parseSps(sps) : null;
}
