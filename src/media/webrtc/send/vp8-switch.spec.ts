import { publish, rtp, Sink } from '../../../../test/support/webrtc/mas-packets';
import type { RtpPacket } from '../../codec/rtp/rtp';
import { vp8PictureId, vp8Tl0 } from '../../codec/vp8/vp8-descriptor';
import type { Publication } from '../receive/publication';
import { StreamWriter } from './stream-writer';

/** A packet with picture id (15 bits, or 7 below 128 where `short`), TL0PICIDX and temporal layer 0. */
function vp8(number: number, id: number, tl0: number, key: boolean, ssrc = 1, short = false): RtpPacket {
  const pictureId = short ? [id] : [0x80 | (id >> 8), id & 0xff];
  const payload = Buffer.from([0x90, 0xe0, ...pictureId, tl0, 0, key ? 0 : 1, number & 0xff]);
  return rtp(number, number * 3000, payload, ssrc);
}

const publishVp8 = (): Publication => publish('video', [], 'vp8');
const counters = (sink: Sink): (number | null)[][] =>
  sink.rtp.map(({ payload }) => [vp8PictureId(payload), vp8Tl0(payload)]);

describe('StreamWriter, with the counters of VP8', () => {
  const make = (sink = new Sink()): { sink: Sink; writer: StreamWriter } => ({
    sink,
    writer: new StreamWriter(777, 'cname', sink),
  });

  it('leaves them as they are until something else is sent, and goes on from them then, across the wraps', () => {
    const [first, second] = [publishVp8(), publishVp8()];
    const { sink, writer } = make();
    writer.attach(first);
    first.receive(vp8(1, 32_766, 254, true), 0);
    first.receive(vp8(2, 32_767, 255, false), 1);
    writer.attach(second);
    second.receive(vp8(700, 9, 30, true), 2);
    second.receive(vp8(701, 10, 31, false), 3);
    writer.attach(first);
    first.receive(vp8(3, 0, 0, false), 4);
    first.receive(vp8(4, 1, 1, true), 5);
    expect(counters(sink)).toEqual([
      [32_766, 254],
      [32_767, 255],
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    // What is behind the descriptor is as it was published.
    expect(sink.rtp.map(({ payload }) => payload.at(-1))).toEqual([1, 2, 700 & 0xff, 701 & 0xff, 4]);
  });

  it('goes on with an empty slot between, in another length of the ids, and through a publication without', () => {
    const [long, short] = [publishVp8(), publishVp8()];
    const { sink, writer } = make();
    writer.attach(long);
    long.receive(vp8(1, 300, 7, true), 0);
    writer.attach(null);
    writer.attach(short);
    short.receive(vp8(1, 126, 200, true, 1, true), 1);
    for (let number = 2; number < 5; number++)
      short.receive(vp8(number, (125 + number) & 0x7f, 199 + number, false, 1, true), number);
    // 301 in seven bits.
    expect(counters(sink)).toEqual([
      [300, 7],
      [45, 8],
      [46, 9],
      [47, 10],
      [48, 11],
    ]);
    const h264 = publish();
    writer.attach(h264);
    h264.receive(rtp(5, 0, Buffer.from('67420014', 'hex')), 10);
    expect(sink.rtp.at(-1)!.payload.toString('hex')).toBe('67420014');
  });

  it('goes on between layers, and with what came of the other meanwhile', () => {
    const [low, high] = [publishVp8(), publishVp8()];
    const { sink, writer } = make();
    writer.attach(low);
    low.receive(vp8(1, 100, 50, true), 0);
    writer.switchTo(high);
    low.receive({ ...vp8(2, 101, 51, false), marker: false }, 33);
    // A receiver that kept the counters of the low layer would take these for pictures that it had.
    high.receive(vp8(901, 95, 45, true, 2), 40);
    high.receive(vp8(902, 96, 46, false, 2), 41);
    low.receive({ ...vp8(3, 101, 51, false) }, 42);
    expect(counters(sink)).toEqual([
      [100, 50],
      [101, 51],
      [101, 51],
      [102, 52],
      [103, 53],
    ]);
  });

  it('answers NACKs with what was sent the first time, from before the switch and after it', () => {
    const [first, second] = [publishVp8(), publishVp8()];
    const { sink, writer } = make();
    writer.attach(second);
    second.receive(vp8(1, 5000, 3, true), 0);
    writer.attach(first);
    first.receive(vp8(50, 9, 30, true), 1);
    first.receive(vp8(51, 10, 31, false), 2);
    writer.attach(second);
    second.receive(vp8(2, 6000, 90, true), 3);
    const sent = sink.rtp.slice();
    writer.resend([2, 3, 4], 10);
    expect(sink.rtp.slice(4)).toEqual(sent.slice(1));
  });

  it('keeps readers of the same packet apart', () => {
    const [before, shared] = [publishVp8(), publishVp8()];
    const [one, two] = [make(), make()];
    one.writer.attach(before);
    before.receive(vp8(1, 400, 3, true), 0);
    one.writer.attach(shared);
    two.writer.attach(shared);
    shared.receive(vp8(1, 20, 90, true), 1);
    expect(counters(one.sink).at(-1)).toEqual([401, 4]);
    expect(counters(two.sink)).toEqual([[20, 90]]);
  });
});
