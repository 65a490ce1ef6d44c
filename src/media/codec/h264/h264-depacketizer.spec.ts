import { H264Depacketizer } from './h264-depacketizer';

const packet = (payload: number[], timestamp = 0, marker = false) => ({
  payload: Buffer.from(payload),
  timestamp,
  marker,
});
const SPS = [0x67, 1, 2];
const PPS = [0x68, 3];

describe('H264Depacketizer', () => {
  it('single NAL units: one access unit per timestamp, ended by the marker', () => {
    const depacketizer = new H264Depacketizer();
    expect(depacketizer.push(packet(SPS, 90))).toEqual([]);
    expect(depacketizer.push(packet([0x65, 9, 9], 90, true))).toEqual([
      { timestamp: 90, keyframe: true, data: Buffer.from([0, 0, 0, 1, ...SPS, 0, 0, 0, 1, 0x65, 9, 9]) },
    ]);
    expect(depacketizer.push(packet([0x41, 7], 180, true))).toEqual([
      { timestamp: 180, keyframe: false, data: Buffer.from([0, 0, 0, 1, 0x41, 7]) },
    ]);
  });

  it('a new timestamp ends a unit whose marker never came', () => {
    const depacketizer = new H264Depacketizer();
    depacketizer.push(packet([0x41, 1], 90));
    const units = depacketizer.push(packet([0x41, 2], 180, true));
    expect(units.map((unit) => unit.timestamp)).toEqual([90, 180]);
  });

  it('STAP-A', () => {
    const units = new H264Depacketizer().push(packet([0x78, 0, 3, ...SPS, 0, 2, ...PPS], 5, true));
    expect(units[0]!.data).toEqual(Buffer.from([0, 0, 0, 1, ...SPS, 0, 0, 0, 1, ...PPS]));
  });

  it('FU-A puts the NAL header together from indicator and fragment header', () => {
    const depacketizer = new H264Depacketizer();
    depacketizer.push(packet([0x7c, 0x85, 1, 2], 5));
    depacketizer.push(packet([0x7c, 0x05, 3], 5));
    expect(depacketizer.push(packet([0x7c, 0x45, 4], 5, true))).toEqual([
      { timestamp: 5, keyframe: true, data: Buffer.from([0, 0, 0, 1, 0x65, 1, 2, 3, 4]) },
    ]);
  });

  it.each([
    [
      'a first fragment is missing',
      [
        [0x7c, 0x05, 3],
        [0x7c, 0x45, 4],
      ],
    ],
    ['the last fragment is missing', [[0x7c, 0x85, 1, 2]]],
    [
      'another NAL unit comes in the middle of fragments',
      [
        [0x7c, 0x85, 1],
        [0x41, 1],
      ],
    ],
    ['a STAP-A is longer than the packet', [[0x78, 0, 9, 1]]],
    ['FU-A without fragment header', [[0x7c]]],
    ['an unknown structure', [[0x7d, 1, 2]]],
  ])('gives the unit up when %s, and recovers', (_, payloads) => {
    const depacketizer = new H264Depacketizer();
    const units = payloads.flatMap((payload, index) =>
      depacketizer.push(packet(payload, 5, index === payloads.length - 1)),
    );
    expect(units).toEqual([{ timestamp: 5, keyframe: false, data: null }]);
    expect(depacketizer.push(packet([0x65, 1], 6, true))[0]!.data).not.toBeNull();
  });

  it('after a hole the unit begun is gone, and one that may have begun in the hole is given up whole', () => {
    const depacketizer = new H264Depacketizer();
    depacketizer.push(packet([0x7c, 0x85, 1], 5));
    depacketizer.reset();
    // The second slice of an IDR picture.
    expect(depacketizer.push(packet([0x65, 1], 6))).toEqual([]);
    const damaged = { timestamp: 6, keyframe: false, data: null };
    expect(depacketizer.push(packet([0x65, 2], 6, true))).toEqual([damaged]);
    expect(depacketizer.push(packet([0x41, 1], 7, true))).toEqual([
      { timestamp: 7, keyframe: false, data: Buffer.from([0, 0, 0, 1, 0x41, 1]) },
    ]);
  });

  it.each([
    ['parameter sets', SPS],
    ['aggregated parameter sets', [0x78, 0, 3, ...SPS, 0, 2, ...PPS]],
    ['a delimiter', [0x09, 0xf0]],
  ])('a keyframe that begins after a hole with %s is whole', (_, first) => {
    const depacketizer = new H264Depacketizer();
    depacketizer.reset();
    depacketizer.push(packet(first, 5));
    expect(depacketizer.push(packet([0x65, 1], 5, true))[0]).toMatchObject({ keyframe: true });
  });

  it('survives random bytes', () => {
    const depacketizer = new H264Depacketizer();
    let seed = 1;
    const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16;
    for (let i = 0; i < 5000; i++) {
      const payload = Array.from({ length: random() % 40 }, () => random() & 0xff);
      expect(() => depacketizer.push(packet(payload, i >> 2, (random() & 3) === 0))).not.toThrow();
    }
  });
});
