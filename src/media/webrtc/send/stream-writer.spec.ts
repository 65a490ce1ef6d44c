import { DELTA, KEY, publish, rtp, Sink } from '../../../../test/support/webrtc/mas-packets';
import { msToNtp, ntpToMs } from '../../codec/rtp/rtcp';
import { StreamWriter } from './stream-writer';

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

  it('begins anew when the publisher changes its SSRC', () => {
    const [publication, sink] = [publish(), new Sink()];
    new StreamWriter(777, 'cname', sink).attach(publication);
    publication.receive(rtp(100, 0, KEY, 1), 0);
    publication.receive(rtp(9000, 50, DELTA, 2), 10);
    publication.receive(rtp(9001, 60, KEY, 2), 20);
    expect(sink.numbers).toEqual([100, 101]);
  });

  it('answers NACKs of what it sent, also from before the switch, and of nothing else', () => {
    const [first, second, sink] = [publish(), publish(), new Sink()];
    const writer = new StreamWriter(777, 'cname', sink);
    writer.attach(first);
    first.receive(rtp(65_534, 0, KEY), 0);
    first.receive(rtp(65_535, 10), 1);
    writer.attach(second);
    second.receive(rtp(20, 0, KEY), 2);
    second.receive(rtp(21, 10), 3);
    expect(sink.numbers).toEqual([65_534, 65_535, 0, 1]);
    // Meanwhile the first has gone on, with packets that would have had the numbers of the second's.
    first.receive(rtp(0, 20), 4);
    first.receive(rtp(1, 30), 4);
    writer.resend([65_533, 65_535, 0, 1, 2, 999], 10);
    expect(sink.numbers.slice(4)).toEqual([65_535, 0, 1]);
    expect(sink.rtp.slice(4)).toEqual(sink.rtp.slice(1, 4));
    for (let round = 0; round < 600; round++) writer.resend([0], 20);
    expect(writer.counters.resent).toBe(500);
  });

  it('answers no NACK from before a switch with what the publisher sends under another SSRC since', () => {
    const [first, second, sink] = [publish(), publish(), new Sink()];
    const writer = new StreamWriter(777, 'cname', sink);
    writer.attach(first);
    first.receive(rtp(10, 0, KEY), 0);
    writer.attach(second);
    second.receive(rtp(20, 0, KEY), 2);
    first.receive(rtp(10, 0, KEY, 2), 3);
    writer.resend([10, 11], 10);
    expect(sink.numbers).toEqual([10, 11, 11]);
    writer.attach(null);
    writer.resend([11], 11);
    expect(sink.numbers).toEqual([10, 11, 11]);
  });

  it('begins with all of a keyframe whose first packet was lost and came last', () => {
    const [publication, sink] = [publish(), new Sink()];
    new StreamWriter(777, 'cname', sink).attach(publication);
    publication.receive(rtp(9, 0), 0);
    publication.receive(rtp(11, 90), 1);
    publication.receive(rtp(12, 180), 2);
    expect(sink.numbers).toEqual([]);
    publication.receive({ ...rtp(10, 90, KEY), marker: false }, 60);
    publication.receive(rtp(13, 270), 61);
    expect(sink.numbers).toEqual([10, 11, 12, 13]);
    expect(sink.rtp.map((each) => each.timestamp)).toEqual([90, 90, 180, 270]);
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
