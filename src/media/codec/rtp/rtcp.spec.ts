import { msToNtp, ntpMiddle, ntpToMs, parseRtcp, serializeRtcp, type RtcpPacket } from './rtcp';

const block = {
  ssrc: 0xffff_fffe,
  fractionLost: 12,
  packetsLost: -3,
  highestSequence: 0x0001_ffff,
  jitter: 77,
  lastSenderReport: 0x89ab_cdef,
  delaySinceLastSenderReport: 65536,
};
const packets: RtcpPacket[] = [
  {
    type: 'sr',
    ssrc: 1,
    ntp: 0xe000_0000_8000_0000n,
    rtpTimestamp: 0xffff_ffff,
    packetCount: 5,
    octetCount: 999,
    reports: [block],
  },
  { type: 'rr', ssrc: 2, reports: [block, { ...block, ssrc: 3 }] },
  {
    type: 'sdes',
    chunks: [
      { ssrc: 1, cname: 'a' },
      { ssrc: 2, cname: 'four' },
      { ssrc: 3, cname: '连麦' },
    ],
  },
  { type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [65534, 65535, 0, 14, 15, 400] },
  { type: 'pli', senderSsrc: 1, mediaSsrc: 0xffff_ffff },
  { type: 'fir', senderSsrc: 1, entries: [{ ssrc: 2, sequenceNumber: 255 }] },
  { type: 'remb', senderSsrc: 1, bitrate: 200_000, ssrcs: [5, 6] },
  { type: 'bye', ssrcs: [1, 2] },
];

describe('parseRtcp', () => {
  it('reads what serializeRtcp wrote, as one compound packet', () => {
    expect(parseRtcp(serializeRtcp(packets))).toEqual(packets);
  });

  it('reads a PLI and a NACK written by hand', () => {
    expect(
      parseRtcp(Buffer.from('81ce00020000000100000002' + '81cd0003000000010000000200050003', 'hex')),
    ).toEqual([
      { type: 'pli', senderSsrc: 1, mediaSsrc: 2 },
      { type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [5, 6, 7] },
    ]);
  });

  it('skips unknown types and padding', () => {
    const app = Buffer.from('80cc000200000001' + '61626364', 'hex');
    const paddedBye = Buffer.from('a1cb0002000000070000000400000004'.slice(0, 24), 'hex');
    paddedBye[11] = 4;
    expect(parseRtcp(Buffer.concat([app, paddedBye]))).toEqual([{ type: 'bye', ssrcs: [7] }]);
  });

  it.each([
    ['nothing', ''],
    ['half a header', '80c8'],
    ['version 0', '00c9000100000001'],
    ['a length beyond the end', '80c9000500000001'],
    ['more report blocks than bytes', '82c9000100000001'],
    ['a sender report cut short', '80c8000100000001'],
    ['an SDES item beyond the end', '81ca00020000000101ff6162'],
    ['padding longer than the body', 'a0c90001000000ff'],
    ['a second packet cut short', '80c900010000000180c9'],
  ])('refuses %s', (_name, hex) => {
    expect(parseRtcp(Buffer.from(hex, 'hex'))).toBeNull();
  });

  it('survives garbage', () => {
    let seed = 3;
    const random = (): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8;
    for (let round = 0; round < 5000; round++) {
      const words = 1 + (random() % 12);
      const bytes = Buffer.from(Array.from({ length: words * 4 }, () => random() & 0xff));
      bytes[0] = 0x80 | (bytes[0]! & 0x3f);
      bytes[1] = 200 + (random() % 8);
      bytes.writeUInt16BE(words - 1, 2);
      expect(() => parseRtcp(bytes)).not.toThrow();
    }
  });

  it('keeps large REMB values within the precision of 18 bits', () => {
    const [remb] = parseRtcp(
      serializeRtcp([{ type: 'remb', senderSsrc: 1, bitrate: 5_000_001, ssrcs: [] }]),
    )!;
    expect(remb).toMatchObject({ type: 'remb' });
    expect(Math.abs((remb as { bitrate: number }).bitrate - 5_000_001)).toBeLessThan(5_000_001 / 0x20000);
  });
});

describe('NTP time', () => {
  it('converts both ways below a microsecond', () => {
    const ms = 1_795_341_600_123.25;
    expect(ntpToMs(msToNtp(ms))).toBeCloseTo(ms, 2);
  });

  it('is the known value at the Unix epoch', () => {
    expect(msToNtp(0)).toBe(2_208_988_800n << 32n);
    expect(msToNtp(500) & 0xffff_ffffn).toBe(0x8000_0000n);
  });

  it('cuts out the middle 32 bits', () => {
    expect(ntpMiddle(0x1111_2222_3333_4444n)).toBe(0x2222_3333);
  });
});
