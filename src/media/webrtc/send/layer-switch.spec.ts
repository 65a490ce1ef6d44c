import { DELTA, KEY, publish, rtp, Sink } from '../../../../test/support/webrtc/mas-packets';
import { msToNtp } from '../../codec/rtp/rtcp';
import type { Publication } from '../receive/publication';
import { StreamWriter } from './stream-writer';

describe('StreamWriter, between layers of a picture', () => {
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

  it('waits until the keyframe is there as a whole, whichever part of it comes last', () => {
    for (const order of [
      [901, 902, 903],
      [902, 901, 903],
      [901, 903, 902],
    ]) {
      const [low, high, sink, writer] = layers();
      writer.switchTo(high);
      for (const number of order) {
        low.receive(rtp(low.newest + 1, 1000 + 3000 * (low.newest - 9)), 33);
        const payload = number === 901 ? KEY : DELTA;
        high.receive({ ...rtp(number, 5_009_000, payload, 2), marker: number === 903 }, 40);
      }
      expect(sink.numbers).toEqual([10, 11, 12, 13, 14, 15, 16]);
      expect(sink.rtp.map(({ payload }) => payload)).toEqual([KEY, DELTA, DELTA, DELTA, KEY, DELTA, DELTA]);
    }
  });

  it('takes the latest keyframe, though an older one is recovered after it', () => {
    const [low, high, sink, writer] = layers();
    writer.switchTo(high);
    low.receive({ ...rtp(11, 4000), marker: false }, 33);
    high.receive(rtp(903, 5_006_000, KEY, 2), 40);
    high.receive(rtp(901, 5_003_000, KEY, 2), 41);
    low.receive(rtp(12, 4000), 42);
    expect(sink.numbers).toEqual([10, 11, 12, 13]);
    // That of 903.
    expect(sink.rtp.at(-1)!.timestamp).toBe(7000);
  });

  it('stays where it is when the other ends before its keyframe does, and when that is forgotten', () => {
    const [low, high, sink, writer] = layers();
    writer.switchTo(high);
    high.receive({ ...rtp(901, 5_003_000, KEY, 2), marker: false }, 33);
    for (let number = 11; number < 20; number++)
      low.receive(rtp(number, 1000 + 3000 * (number - 10)), number * 33);
    for (let number = 903; number < 1500; number++) high.receive(rtp(number, 5_006_000, DELTA, 2), 700);
    low.receive(rtp(20, 31_000), 733);
    expect(sink.numbers).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    high.receive(rtp(1500, 5_070_000, KEY, 2), 800);
    expect(sink.numbers.at(-1)).toBe(21);
    expect(writer.source).toBe(high);
  });

  it('asks for a keyframe of the other alone, again and again, and stays when it is told to', () => {
    const asked: string[] = [];
    const [low, high] = [publish('video', asked), publish('video', asked)];
    const sink = new Sink();
    const writer = new StreamWriter(777, 'cname', sink);
    writer.attach(low);
    low.scan(0);
    low.receive(rtp(10, 1000, KEY), 0);
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
