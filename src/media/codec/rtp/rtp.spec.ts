import {
  buildRtp,
  isRtcp,
  parseRtp,
  seqAfter,
  seqDelta,
  SequenceUnwrapper,
  serializeRtp,
  timestampAfter,
  timestampDelta,
  TimestampUnwrapper,
  type RtpPacket,
} from './rtp';

const packet: RtpPacket = {
  marker: true,
  payloadType: 96,
  sequenceNumber: 65535,
  timestamp: 0xffff_fff0,
  ssrc: 0xdead_beef,
  csrcs: [1, 0xffff_ffff],
  extension: { profile: 0xbede, data: Buffer.from([0x10, 0xff, 0, 0]) },
  padding: 3,
  payload: Buffer.from('payload'),
};

describe('parseRtp', () => {
  it('reads what serializeRtp wrote: CSRCs, extension, padding', () => {
    expect(parseRtp(serializeRtp(packet))).toEqual(packet);
  });

  it('reads a packet written by hand', () => {
    const parsed = parseRtp(Buffer.from('80e012345678abcd0badcafe0102', 'hex'));
    expect(parsed).toMatchObject({
      marker: true,
      payloadType: 96,
      sequenceNumber: 0x1234,
      timestamp: 0x5678abcd,
      ssrc: 0x0badcafe,
    });
    expect(parsed?.payload).toEqual(Buffer.from([1, 2]));
  });

  it('does not copy the payload', () => {
    const bytes = serializeRtp(packet);
    const parsed = parseRtp(bytes)!;
    bytes.fill(0x41, bytes.length - packet.padding - packet.payload.length, bytes.length - packet.padding);
    expect(parsed.payload.toString()).toBe('AAAAAAA');
  });

  it('leaves an empty payload for a padding-only packet', () => {
    const parsed = parseRtp(serializeRtp({ ...packet, payload: Buffer.alloc(0), padding: 200 }));
    expect(parsed?.payload.length).toBe(0);
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['too short', Buffer.alloc(11, 0x80)],
    ['version 1', Buffer.alloc(20, 0x40)],
    ['CSRCs beyond the end', Buffer.concat([Buffer.from([0x8f, 96]), Buffer.alloc(20)])],
    ['extension header beyond the end', Buffer.concat([Buffer.from([0x90, 96]), Buffer.alloc(10)])],
    [
      'extension beyond the end',
      Buffer.concat([Buffer.from([0x90, 96]), Buffer.alloc(10), Buffer.from([0xbe, 0xde, 0, 9])]),
    ],
    ['padding of zero', Buffer.concat([Buffer.from([0xa0, 96]), Buffer.alloc(12)])],
    [
      'padding beyond the header',
      Buffer.concat([Buffer.from([0xa0, 96]), Buffer.alloc(11), Buffer.from([9])]),
    ],
  ])('refuses %s', (_name, bytes) => {
    expect(parseRtp(bytes)).toBeNull();
  });

  it('survives garbage', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8;
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(Array.from({ length: random() % 60 }, () => random() & 0xff));
      if (bytes.length) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
      const parsed = parseRtp(bytes);
      if (parsed) expect(parsed.payload.length).toBeLessThanOrEqual(bytes.length - 12);
    }
  });
});

describe('buildRtp', () => {
  it('writes the bare header', () => {
    const parsed = parseRtp(buildRtp(packet))!;
    expect(parsed).toEqual({ ...packet, csrcs: [], extension: null, padding: 0 });
  });
});

describe('isRtcp', () => {
  it('tells RTCP from RTP by the second byte', () => {
    expect(isRtcp(Buffer.from([0x80, 200, 0, 0]))).toBe(true);
    expect(isRtcp(Buffer.from([0x80, 96, 0, 0]))).toBe(false);
    expect(isRtcp(Buffer.from([0x80, 0xe0, 0, 0]))).toBe(false);
    expect(isRtcp(Buffer.from([0x80]))).toBe(false);
  });
});

describe('wrapping counters', () => {
  it('compares sequence numbers across the wrap', () => {
    expect(seqDelta(0, 65535)).toBe(1);
    expect(seqDelta(65535, 0)).toBe(-1);
    expect(seqAfter(2, 65530)).toBe(true);
    expect(seqAfter(65530, 2)).toBe(false);
    expect(seqAfter(5, 5)).toBe(false);
  });

  it('compares timestamps across the wrap', () => {
    expect(timestampDelta(10, 0xffff_fff0)).toBe(26);
    expect(timestampAfter(0xffff_fff0, 10)).toBe(false);
  });

  it('unwraps sequence numbers, late ones included', () => {
    const unwrapper = new SequenceUnwrapper();
    expect([65534, 65535, 1, 0, 65533, 2].map((n) => unwrapper.unwrap(n))).toEqual([
      65534, 65535, 65537, 65536, 65533, 65538,
    ]);
  });

  it('unwraps timestamps over several wraps', () => {
    const unwrapper = new TimestampUnwrapper();
    let expected = 0xf000_0000;
    for (let step = 0; step < 20; step++) {
      expect(unwrapper.unwrap(expected % 0x1_0000_0000)).toBe(expected);
      expected += 0x4000_0000;
    }
  });
});
