import { Downlink } from './downlink';
import type { Publication } from '../../webrtc/receive/publication';
import type { PublishedTrack } from '../../webrtc/receive/published-track';
import type { TrackReader } from '../../webrtc/send/track-reader';

const LOW = { height: 180, bitrate: 150_000, active: true };
const HIGH = { height: 360, bitrate: 800_000, active: true };

/** Takes what it is given at once. */
class Reader {
  affordable = Infinity;
  readonly track: PublishedTrack;
  private readonly layers: (typeof LOW)[];

  constructor(
    readonly wantedHeight: number,
    layers: (typeof LOW)[],
  ) {
    this.layers = layers;
    this.track = { layers, choose: (height: number) => this.choose(height) } as unknown as PublishedTrack;
  }
  get desired(): Publication {
    return this.choose(this.wantedHeight);
  }
  get writer(): { source: Publication } {
    return { source: this.choose(Math.min(this.wantedHeight, this.affordable)) };
  }
  afford(height: number): void {
    this.affordable = height;
  }
  private choose(height: number): Publication {
    return (this.layers.find((layer) => layer.height >= height) ??
      this.layers.at(-1)) as unknown as Publication;
  }
}

const report = (highestSequence: number, packetsLost: number) => ({
  ...{ ssrc: 1, fractionLost: 0, highestSequence, packetsLost },
  ...{ jitter: 0, lastSenderReport: 0, delaySinceLastSenderReport: 0 },
});

describe('Downlink', () => {
  let readers: Reader[];
  let downlink: Downlink;
  const heights = (): number[] => readers.map(({ writer }) => writer.source.height);
  const settle = (fromMs: number, toMs: number): void => {
    for (let now = fromMs; now <= toMs; now += 500) downlink.allocate(now);
  };
  beforeEach(() => {
    readers = [new Reader(200, [LOW, HIGH]), new Reader(720, [LOW, HIGH]), new Reader(720, [HIGH])];
    downlink = new Downlink(readers as unknown as TrackReader[]);
    settle(0, 3000);
  });

  it('finds back from a line that was gone, and doesn’t take the loss of a publisher for its own', () => {
    const silent = { ...LOW, bitrate: 0 };
    readers = [new Reader(720, [silent])];
    downlink = new Downlink(readers as unknown as TrackReader[]);
    settle(0, 3000);
    downlink.onReports([report(0, 0)], 3000);
    downlink.onReports([report(1000, 900)], 4000);
    settle(4000, 4500);
    expect(readers[0]!.affordable).toBe(Infinity);

    readers = [new Reader(720, [LOW, HIGH])];
    downlink = new Downlink(readers as unknown as TrackReader[]);
    settle(0, 3000);
    downlink.onReports([report(0, 0)], 3000);
    downlink.onReports([report(1000, 5000)], 4000); // more than all: a liar, or the counter of another stream
    settle(4000, 4500);
    expect(heights()).toEqual([180]);
    settle(5000, 600_000);
    expect(heights()).toEqual([360]);
  });

  it('limits nobody while all goes well', () => {
    downlink.onRemb(3_000_000, 3000);
    downlink.onReports([report(0, 0)], 3000);
    downlink.onReports([report(1000, 50)], 4000);
    settle(4000, 5000);
    expect(heights()).toEqual([360, 360, 360]);
  });

  it('believes in much less at once, and gives what there is to the largest tile first', () => {
    downlink.onRemb(3_000_000, 3000);
    // 1,300 kbit/s of which the third, who has one size only, takes 800.
    downlink.onRemb(1_300_000, 3500);
    settle(3500, 3500);
    expect(heights()).toEqual([180, 180, 360]);
  });

  it('does not believe in a little less before it lasts, or in what is said right after a change', () => {
    downlink.onRemb(3_000_000, 3000);
    downlink.onRemb(2_000_000, 3500);
    downlink.onRemb(2_500_000, 4500);
    downlink.onRemb(2_000_000, 6000);
    expect(downlink.limit).toBe(Infinity);
    downlink.onRemb(2_000_000, 9000);
    expect(downlink.limit).toBe(2_000_000);
  });

  it('does not take an estimate that has never been higher for a sign', () => {
    for (let now = 3000; now < 20_000; now += 1000) downlink.onRemb(12_000 + now, now);
    expect(downlink.limit).toBe(Infinity);
  });

  it('goes down at a loss that is too much, and tries more, later after each trial that failed', () => {
    const lose = (from: number, now: number): void => {
      downlink.onReports([report(from, from * 0.12)], now);
      downlink.onReports([report(from + 200, from * 0.12 + 24)], now);
    };
    lose(0, 3000);
    settle(3000, 3000);
    expect(heights()).toEqual([180, 360, 360]);
    const { limit } = downlink;
    expect(limit).toBeCloseTo(2_400_000 * 0.88 * 0.85);
    settle(3500, 7500);
    expect(downlink.limit).toBe(limit);
    settle(8000, 8000);
    expect(downlink.limit).toBeCloseTo(limit * 1.5);
    lose(1000, 9000);
    expect(downlink.limit).toBeLessThan(limit * 1.5);
    const second = downlink.limit;
    settle(9000, 18_500);
    expect(downlink.limit).toBe(second);
    settle(19_000, 60_000);
    expect(downlink.limit).toBe(Infinity);
    expect(heights()).toEqual([360, 360, 360]);
  });
});
