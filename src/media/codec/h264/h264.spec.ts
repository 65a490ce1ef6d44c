import { randomBytes } from 'node:crypto';
import {
  annexBToAvcc,
  avccToAnnexB,
  buildAvcDecoderConfig,
  joinAvcc,
  nalType,
  parseAvcDecoderConfig,
  parseSps,
  splitAnnexB,
  splitAvcc,
} from './h264';

/** Decoder configurations that x264 made. */
const RECORDS = {
  high720p25: '0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0',
  baseline540p: '0142c01fffe100186742c01fd900f0117ef01100000303e90000ea600f18324801000568cb83cb20',
  mainCropped: '014d400cffe1001a674d400ceca0a843c44460220000030002000003003c1e28532c01000568ebe3cb20',
};

const spsOf = (record: string) => parseAvcDecoderConfig(Buffer.from(record, 'hex'))!.sps[0]!;

describe('H.264', () => {
  it.each([
    ['high720p25', { profile: 100, level: 31, width: 1280, height: 720, fps: 25 }],
    ['baseline540p', { profile: 66, level: 31, width: 960, height: 540, fps: 29.97 }],
    ['mainCropped', { profile: 77, level: 12, width: 322, height: 242, fps: 15 }],
  ] as const)('reads the SPS of %s', (name, expected) => {
    expect(parseSps(spsOf(RECORDS[name]))).toMatchObject(expected);
  });

  it('builds the decoder configuration it parses', () => {
    const { sps, pps } = parseAvcDecoderConfig(Buffer.from(RECORDS.baseline540p, 'hex'))!;
    expect(buildAvcDecoderConfig(sps, pps).toString('hex')).toBe(RECORDS.baseline540p);
    expect(() => buildAvcDecoderConfig([], [])).toThrow(RangeError);
  });

  it('gives null for malformed parameter sets', () => {
    const record = Buffer.from(RECORDS.high720p25, 'hex');
    for (let end = 0; end < record.length - 1; end++) {
      expect(parseAvcDecoderConfig(record.subarray(0, end))).toBeNull();
    }
    expect(parseSps(Buffer.from([0x67, 0x64]))).toBeNull();
    for (let i = 0; i < 2000; i++) expect(() => parseSps(randomBytes(i % 40))).not.toThrow();
  });

  it('goes from Annex B to lengths and back', () => {
    const nals = [Buffer.from([0x67, 1, 0, 2]), Buffer.from([0x68, 3]), Buffer.from([0x65, 0, 0, 3, 1])];
    const annexB = Buffer.concat([
      ...[Buffer.from([0, 0, 0, 1]), nals[0]!, Buffer.from([0, 0, 1]), nals[1]!],
      ...[Buffer.from([0, 0, 0, 1]), nals[2]!, Buffer.alloc(2)],
    ]);
    expect(splitAnnexB(annexB)).toEqual(nals);
    expect(splitAvcc(annexBToAvcc(annexB))).toEqual(nals);
    expect(splitAnnexB(avccToAnnexB(joinAvcc(nals)))).toEqual(nals);
    expect(nals.map(nalType)).toEqual([7, 8, 5]);
    expect(splitAnnexB(Buffer.alloc(10))).toEqual([]);
  });

  it('refuses lengths that do not fit', () => {
    expect(() => splitAvcc(Buffer.from([0, 0, 0, 9, 1]))).toThrow(RangeError);
    expect(() => splitAvcc(Buffer.from([0, 0]))).toThrow(RangeError);
    expect(splitAvcc(Buffer.from([0, 2, 5, 6]), 2)).toEqual([Buffer.from([5, 6])]);
  });
});
