import { msToNtp, ntpToMs, parseRtcp, type SenderReport } from '../codec/rtcp';
import { parseRtp, type RtpPacket } from '../codec/rtp';
import type { MasKind } from '../../contracts';
import { MemberClock, Publication } from './publication';
import { StreamWriter } from './stream-writer';

const KEY = Buffer.from('67420014', 'hex');
const DELTA = Buffer.from('4101', 'hex');

function rtp(sequenceNumber: number, timestamp: number, payload = DELTA, ssrc = 1): RtpPacket {
  const extension = { profile: 0xbede, data: Buffer.alloc(4) };
  return {
    marker: true,
    payloadType: 99,
    sequenceNumber,
    timestamp,
    ssrc,
    csrcs: [5],
    extension,
    padding: 0,
    payload,
  };
}

function publish(kind: MasKind = 'video', feedback: string[] = []): Publication {
  const codec = kind === 'audio' ? 'opus' : 'h264';
  return new Publication(
    'm',
    kind,
    codec,
    new MemberClock(),
    (packets) => feedback.push(...packets.map((packet) => packet.type)),
    () => {},
  );
}

class Sink {
  readonly rtp: RtpPacket[] = [];
  readonly reports: SenderReport[] = [];
  up = true;
  sendRtp(packet: Buffer): boolean {
    if (this.up) this.rtp.push(parseRtp(Buffer.from(packet))!);
    return this.up;
  }
  sendRtcp(packet: Buffer): boolean {
    this.reports.push(...parseRtcp(packet)!.filter((each) => each.type === 'sr'));
    return true;
  }
  get numbers(): number[] {
    return this.rtp.map((packet) => packet.sequenceNumber);
  }
}

describe('StreamWriter', () => {
  it('begins at a keyframe and strips what belongs to the publisher', () => {
    const feedback: string[] = [];
    const [publication, sink] = [publish('video', feedback), new Sink()];
    const writer = new StreamWriter(777, 'cname', sink);
    writer.attach(publication);
    publication.receive(rtp(9, 900), 0);
    publication.scan(0);
    expect(feedback).toEqual(['pli']);
    expect(sink.rtp).toEqual([]);
    publication.receive(rtp(10, 1000, KEY), 1);
    publication.receive(rtp(11, 1000), 1);
    publication.receive(rtp(8, 800), 1);
    expect(sink.numbers).toEqual([10, 11]);
    expect(sink.rtp[0]).toEqual({ ...rtp(10, 1000, KEY, 777), payloadType: 108, csrcs: [], extension: null });
  });

  it('goes on without a seam when it switches, across both wraps', () => {
    const [first, second, sink] = [publish(), publish(), new Sink()];
    const writer = new StreamWriter(777, 'cname', sink);
    writer.attach(first);
    first.receive(rtp(65_535, 0xffff_fff0, KEY), 1000);
    writer.attach(second);
    first.receive(rtp(0, 100), 1010);
    second.receive(rtp(500, 7), 1050);
    second.receive(rtp(501, 3007, KEY), 1100);
    second.receive(rtp(502, 6007), 1133);
    expect(sink.numbers).toEqual([65_535, 0, 1]);
    // 100 ms at 90 kHz after the last packet.
    expect(sink.rtp.map((packet) => packet.timestamp)).toEqual([0xffff_fff0, 8984, 11_984]);
    writer.attach(first);
    first.receive(rtp(1, 5000, KEY), 1200);
    expect(sink.numbers.at(-1)).toBe(2);
    expect(sink.rtp.at(-1)!.timestamp).toBeGreaterThan(11_984);
  });

  describe('between layers of a picture', () => {
    const counts = { packetCount: 0, octetCount: 0, reports: [] };
    /** Both layers' clocks at one instant: media time 0 is 1000 ticks here and 5,000,000 there. */
    const layers = (clocks = true): [Publication, Publication, Sink, StreamWriter] => {
      const [low, high, sink] = [publish(), publish(), new Sink()];
      const writer = new StreamWriter(777, 'cname', sink);
      writer.attach(low);
      low.receive(rtp(10, 1000, KEY), 0);
      high.receive(rtp(900, 5_000_000, KEY, 2), 0);
      if (clocks) {
        const ntp = msToNtp(5_000_000);
        low.senderReport({ type: 'sr', ssrc: 1, ntp, rtpTimestamp: 1000, ...counts }, 0, 0);
        high.senderReport({ type: 'sr', ssrc: 2, ntp, rtpTimestamp: 5_000_000, ...counts }, 0, 0);
      }
      return [low, high, sink, writer];
    };

    it('sends the present one until the other has a keyframe, and then goes on in the same time', () => {
      const [low, high, sink, writer] = layers();
      writer.switchTo(high);
      low.receive(rtp(11, 4000), 33);
      high.receive(rtp(901, 5_003_000, DELTA, 2), 34);
      low.receive(rtp(12, 7000), 66);
      high.receive(rtp(902, 5_009_000, KEY, 2), 140);
      high.receive(rtp(903, 5_009_000, DELTA, 2), 140);
      low.receive(rtp(13, 10_000), 141);
      high.receive(rtp(904, 5_012_000, DELTA, 2), 170);
      expect(sink.numbers).toEqual([10, 11, 12, 13, 14, 15]);
      // 100 ms after the first picture, whenever it came.
      expect(sink.rtp.map((each) => each.timestamp)).toEqual([1000, 4000, 7000, 10_000, 10_000, 13_000]);
      expect(sink.rtp.map((each) => each.payload)).toEqual([KEY, DELTA, DELTA, KEY, DELTA, DELTA]);
    });

    it('never goes back in time: the same moment once more comes right after', () => {
      const [low, high, sink, writer] = layers();
      writer.switchTo(high);
      low.receive(rtp(11, 4000), 33);
      high.receive(rtp(901, 5_003_000, KEY, 2), 40);
      high.receive(rtp(902, 5_006_000, DELTA, 2), 66);
      expect(sink.rtp.map((each) => each.timestamp)).toEqual([1000, 4000, 4090, 7090]);
      // Sound and picture stay together: the report that goes with it has the same offset.
      expect(sink.reports.at(-1)).toMatchObject({ rtpTimestamp: 1000 + 4090 - 4000 + 40 * 90 });
    });

    it('joins by the time that passed as long as no reports have come', () => {
      const [low, high, sink, writer] = layers(false);
      writer.switchTo(high);
      low.receive(rtp(11, 4000), 33);
      high.receive(rtp(901, 5_003_000, KEY, 2), 43);
      expect(sink.rtp.at(-1)!.timestamp).toBe(4000 + 900);
    });

    it('lets the picture that is being sent end first, and loses nothing of the other meanwhile', () => {
      const [low, high, sink, writer] = layers();
      writer.switchTo(high);
      low.receive({ ...rtp(11, 4000), marker: false }, 33);
      high.receive({ ...rtp(901, 5_003_000, KEY, 2), marker: false }, 40);
      high.receive(rtp(902, 5_003_000, DELTA, 2), 41);
      expect(sink.numbers).toEqual([10, 11]);
      low.receive(rtp(12, 4000), 42);
      expect(sink.rtp.map((each) => each.payload)).toEqual([KEY, DELTA, DELTA, KEY, DELTA]);
      expect(sink.rtp.map((each) => each.timestamp)).toEqual([1000, 4000, 4000, 4090, 4090]);
    });

    it('gives up a picture that never ends', () => {
      const [low, high, sink, writer] = layers();
      writer.switchTo(high);
      low.receive({ ...rtp(11, 4000), marker: false }, 33);
      high.receive(rtp(901, 5_003_000, KEY, 2), 40);
      high.receive(rtp(902, 5_006_000, DELTA, 2), 101);
      expect(sink.numbers).toEqual([10, 11, 12, 13]);
    });

    it('asks for a keyframe of the other alone, again and again, and stays when it is told to', () => {
      const asked: string[] = [];
      const [low, high] = [publish('video', asked), publish('video', asked)];
      const sink = new Sink();
      const writer = new StreamWriter(777, 'cname', sink);
      writer.attach(low);
      low.receive(rtp(10, 1000, KEY), 0);
      low.scan(0);
      high.receive(rtp(900, 0, DELTA, 2), 0);
      asked.length = 0;
      writer.switchTo(high);
      for (const now of [400, 1000, 1600]) [low, high].forEach((each) => each.scan(now));
      expect(asked).toEqual(['pli', 'pli', 'pli']);
      writer.switchTo(low);
      high.receive(rtp(901, 3000, KEY, 2), 1700);
      low.receive(rtp(11, 4000), 1701);
      expect(sink.numbers).toEqual([10, 11]);
      expect(writer.source).toBe(low);
    });
  });

  it('begins anew when the publisher changes its SSRC', () => {
    const [publication, sink] = [publish(), new Sink()];
    new StreamWriter(777, 'cname', sink).attach(publication);
    publication.receive(rtp(100, 0, KEY, 1), 0);
    publication.receive(rtp(9000, 50, DELTA, 2), 10);
    publication.receive(rtp(9001, 60, KEY, 2), 20);
    expect(sink.numbers).toEqual([100, 101]);
  });

  it('answers NACKs of what it sent, and of nothing from before the switch', () => {
    const [first, second, sink] = [publish(), publish(), new Sink()];
    const writer = new StreamWriter(777, 'cname', sink);
    writer.attach(first);
    first.receive(rtp(65_534, 0, KEY), 0);
    first.receive(rtp(65_535, 10), 1);
    writer.attach(second);
    second.receive(rtp(20, 0, KEY), 2);
    second.receive(rtp(21, 10), 3);
    expect(sink.numbers).toEqual([65_534, 65_535, 0, 1]);
    writer.resend([65_535, 0, 1, 2, 999], 10);
    expect(sink.numbers.slice(4)).toEqual([0, 1]);
    expect(sink.rtp[4]).toEqual(sink.rtp[2]);
    for (let round = 0; round < 600; round++) writer.resend([0], 20);
    expect(writer.counters.resent).toBe(500);
  });

  it('forgets packets older than its history', () => {
    const [publication, sink] = [publish('audio'), new Sink()];
    const writer = new StreamWriter(777, 'cname', sink);
    writer.attach(publication);
    for (let number = 65_000; number < 66_000; number++) publication.receive(rtp(number & 0xffff, number), 0);
    writer.resend([(65_999 - 512) & 0xffff, (65_999 - 511) & 0xffff], 1);
    expect(sink.numbers.slice(1000)).toEqual([(65_999 - 511) & 0xffff]);
  });

  it('passes sender reports on with its own timestamps, at once when it begins', () => {
    const [publication, sink] = [publish('audio'), new Sink()];
    publication.receive(rtp(1, 48_000), 0);
    const ntp = msToNtp(5_000_000);
    const counts = { packetCount: 0, octetCount: 0, reports: [] };
    publication.senderReport({ type: 'sr', ssrc: 1, ntp, rtpTimestamp: 48_000, ...counts }, 0, 1_000_000);
    const writer = new StreamWriter(777, 'cname', sink);
    writer.attach(publication);
    publication.receive(rtp(2, 48_000 + 4800), 100);
    expect(sink.reports).toHaveLength(1);
    expect(sink.reports[0]).toMatchObject({ ssrc: 777, rtpTimestamp: 48_000 + 4800 });
    // The publisher's clock is put on this node's.
    expect(ntpToMs(sink.reports[0]!.ntp)).toBeCloseTo(1_000_100, 0);
    publication.senderReport({ type: 'sr', ssrc: 2, ntp, rtpTimestamp: 0, ...counts }, 200, 1_000_200);
    expect(sink.reports).toHaveLength(1);
  });

  it('asks for no keyframe while its receiver could not use it', () => {
    const feedback: string[] = [];
    const publication = publish('video', feedback);
    let ready = false;
    publication.receive(rtp(1, 0, KEY), 0);
    new StreamWriter(777, 'cname', new Sink(), () => ready).attach(publication);
    publication.scan(1000);
    expect(feedback).toEqual([]);
    ready = true;
    publication.scan(2000);
    publication.scan(2400);
    publication.scan(2500);
    expect(feedback).toEqual(['pli', 'pli']);
  });

  it('sends nothing that the receiver cannot decode, and counts what its sink refuses', () => {
    const [publication, sink] = [publish(), new Sink()];
    new StreamWriter(777, 'cname', sink, (codec) => codec !== 'h264').attach(publication);
    publication.receive(rtp(1, 0, KEY), 0);
    expect(sink.rtp).toEqual([]);
    const writer = new StreamWriter(778, 'cname', sink);
    writer.attach(publication);
    sink.up = false;
    publication.receive(rtp(2, 0, KEY), 0);
    expect(writer.counters).toMatchObject({ packets: 0, dropped: 1 });
  });
});

describe('Publication', () => {
  it('asks for lost packets and keyframes, not more often than it may', () => {
    const feedback: string[] = [];
    const publication = publish('video', feedback);
    publication.receive(rtp(1, 0, KEY), 0);
    publication.receive(rtp(3, 0), 0);
    publication.scan(0);
    expect(feedback).toEqual(['nack']);
    publication.requestKeyframe();
    publication.scan(10);
    publication.requestKeyframe();
    publication.scan(20);
    publication.scan(100);
    expect(feedback).toEqual(['nack', 'pli', 'nack']);
    publication.scan(320);
    expect(feedback.filter((type) => type === 'pli')).toHaveLength(2);
  });

  it('is active while packets come, and two seconds longer', () => {
    const changes: boolean[] = [];
    const publication: Publication = new Publication(
      'm',
      'audio',
      'opus',
      new MemberClock(),
      () => {},
      () => changes.push(publication.active),
    );
    publication.receive(rtp(1, 0), 0);
    publication.scan(2000);
    expect(changes).toEqual([true]);
    publication.scan(2001);
    publication.receive(rtp(2, 0), 3000);
    expect(changes).toEqual([true, false, true]);
  });

  it('leaves no gap where padding was', () => {
    const [publication, sink] = [publish(), new Sink()];
    new StreamWriter(777, 'cname', sink).attach(publication);
    publication.receive(rtp(1, 0, KEY), 0);
    publication.receive(rtp(2, 0, Buffer.alloc(0)), 0);
    publication.receive(rtp(3, 0), 0);
    expect(sink.numbers).toEqual([1, 2]);
  });
});
