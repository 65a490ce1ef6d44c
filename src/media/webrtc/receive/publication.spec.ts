import { msToNtp } from '../../codec/rtp/rtcp';
import { KEY, publish, rtp, Sink } from '../../../../test/support/webrtc/mas-packets';
import { PublisherClock, Publication } from './publication';
import { StreamWriter } from '../send/stream-writer';

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
      'audio',
      'opus',
      new PublisherClock(),
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

  it('asks again for a keyframe that a receiver wants until it comes, and not once more when it just came', () => {
    const asked: number[] = [];
    let now = 0;
    const publication = new Publication(
      'video',
      'h264',
      new PublisherClock(),
      () => asked.push(now),
      () => {},
    );
    const scan = (at: number): void => publication.scan((now = at));
    publication.receive(rtp(1, 0, KEY), 0);
    publication.requestKeyframe();
    scan(20);
    publication.receive(rtp(2, 0), 400);
    scan(400);
    scan(520);
    publication.receive(rtp(3, 0, KEY), 600);
    scan(1100);
    // The wish is older than the keyframe that comes now.
    publication.requestKeyframe();
    publication.receive(rtp(4, 0, KEY), 1110);
    scan(1120);
    scan(2000);
    expect(asked).toEqual([20, 520]);
  });

  it.each([
    ['ran', 3000, 0],
    ['stood still', 3000, 3000],
    ['stood still', 60_000, 60_000],
    ['came 30 ms late', 100, 30],
  ])('carries the clock of a microphone on that %s through a pause of %i ms', (_clock, pause, stood) => {
    const publication = publish('audio');
    const at = (ms: number) => (ms * 48) >>> 0;
    publication.receive(rtp(1, at(0)), 1000);
    const sr = { type: 'sr' as const, ssrc: publication.ssrc!, packetCount: 1, octetCount: 1, reports: [] };
    publication.senderReport({ ...sr, ntp: msToNtp(50_000), rtpTimestamp: at(0) }, 1000, 50_000);
    publication.receive(rtp(2, at(20 + pause - stood)), 1020 + pause);
    const { ntpMs, timestamp } = publication.clockReading(1030 + pause)!;
    expect(ntpMs).toBeCloseTo(50_030 + pause, 3);
    expect(timestamp).toBe(at(30 + pause - (stood > 40 ? stood : 0)));
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
