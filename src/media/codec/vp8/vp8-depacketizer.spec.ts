import { Vp8Depacketizer } from './vp8-depacketizer';

const packet = (payload: number[], timestamp = 0, marker = false) => ({
  payload: Buffer.from(payload),
  timestamp,
  marker,
});

describe('Vp8Depacketizer', () => {
  it('one packet, plain descriptor; the frame type is in the first bit', () => {
    const depacketizer = new Vp8Depacketizer();
    expect(depacketizer.push(packet([0x10, 0x00, 7], 1, true))).toEqual([
      { timestamp: 1, keyframe: true, data: Buffer.from([0, 7]) },
    ]);
    expect(depacketizer.push(packet([0x10, 0x01, 7], 2, true))[0]!.keyframe).toBe(false);
  });

  it.each([
    ['7-bit picture id', [0x90, 0x80, 0x11]],
    ['15-bit picture id', [0x90, 0x80, 0x91, 0x22]],
    ['picture id, TL0PICIDX, TID', [0x90, 0xe0, 0x91, 0x22, 5, 0x40]],
    ['KEYIDX alone', [0x90, 0x10, 0x40]],
  ])('skips the extended descriptor: %s', (_, descriptor) => {
    const units = new Vp8Depacketizer().push(packet([...descriptor, 0x00, 9], 1, true));
    expect(units[0]!.data).toEqual(Buffer.from([0, 9]));
  });

  it('joins packets and partitions of one frame', () => {
    const depacketizer = new Vp8Depacketizer();
    depacketizer.push(packet([0x10, 0, 1], 1));
    depacketizer.push(packet([0x00, 2], 1));
    expect(depacketizer.push(packet([0x01, 3], 1, true))[0]!.data).toEqual(Buffer.from([0, 1, 2, 3]));
  });

  it.each([
    ['its first packet is missing', [[0x00, 2]]],
    ['the descriptor is cut off', [[0x90, 0xe0]]],
    [
      'a second frame starts in it',
      [
        [0x10, 0, 1],
        [0x10, 0, 1],
      ],
    ],
  ])('gives the frame up when %s, and recovers', (_, payloads) => {
    const depacketizer = new Vp8Depacketizer();
    const units = payloads.flatMap((payload, index) =>
      depacketizer.push(packet(payload, 1, index === payloads.length - 1)),
    );
    expect(units).toEqual([{ timestamp: 1, keyframe: false, data: null }]);
    expect(depacketizer.push(packet([0x10, 0, 1], 2, true))[0]!.keyframe).toBe(true);
  });

  it('padding-only packets are nothing', () => {
    expect(new Vp8Depacketizer().push(packet([], 1, true))).toEqual([]);
  });
});
