import type { Picture } from './pictures';
import { standstill } from './pictures';
import { Viewing } from './viewing';

/** 25 pictures a second. */
const FRAME_MS = 40;
const BEHIND_MS = 1000;

/** A viewer with a screen of their own: time goes on as told, pictures come while it plays. */
class Screen {
  readonly viewing = new Viewing();
  now = 10_000;
  private shown = 0;
  private mediaMs = 0;

  constructor() {
    this.viewing.judge(true, this.now);
    this.viewing.wish(this.now);
  }

  plays(ms: number): void {
    for (const until = this.now + ms; this.now < until;) {
      this.now += FRAME_MS;
      this.shows();
    }
  }

  /** Time goes on, and no picture comes. */
  stands(ms: number): void {
    this.now += ms;
  }

  /** @param missed pictures before it of which the page was not told */
  shows(missed = 0): void {
    this.shown += 1 + missed;
    this.mediaMs += (1 + missed) * FRAME_MS;
    const { now: atMs, mediaMs, shown } = this;
    this.viewing.picture({ atMs, mediaMs, shown });
  }

  handOver(sourceVersion: number): void {
    this.viewing.handOver(sourceVersion, this.now, BEHIND_MS);
  }

  judge(on: boolean, isEnd = false): void {
    this.viewing.judge(on, this.now, isEnd);
  }

  take() {
    return this.viewing.take('flv', this.now);
  }
}

let screen: Screen;
beforeEach(() => (screen = new Screen()));

describe('the time to the first picture', () => {
  it('is from the wish to the first picture, and in one report only', () => {
    screen.stands(760);
    screen.plays(1000);
    expect(screen.take()).toEqual({
      ...{ protocol: 'flv', playedMs: 1760, startMs: 800 },
      ...{ stalls: 0, stalledMs: 0, handOvers: [] },
    });
    screen.plays(400);
    expect(screen.take()).not.toHaveProperty('startMs');
  });

  it('goes on over a report and a lost stream, and begins anew with another wish', () => {
    screen.stands(1000);
    expect(screen.take()).not.toHaveProperty('startMs');
    screen.viewing.reloads();
    screen.stands(460);
    screen.plays(40);
    expect(screen.take()).toHaveProperty('startMs', 1500);
    screen.viewing.wish(screen.now);
    screen.stands(300);
    screen.plays(FRAME_MS);
    expect(screen.take()).toMatchObject({ startMs: 340, stalls: 0 });
  });

  it('is not judged where the tab was hidden before it came, or from the start', () => {
    screen.judge(false);
    screen.stands(5000);
    screen.judge(true);
    screen.plays(1000);
    expect(screen.take()).not.toHaveProperty('startMs');
    screen.judge(false);
    screen.viewing.wish(screen.now);
    screen.stands(5000);
    screen.judge(true);
    screen.plays(1000);
    expect(screen.take()).not.toHaveProperty('startMs');
  });
});

describe('stalls', () => {
  beforeEach(() => {
    screen.plays(1000);
    screen.take();
  });

  it('are pictures that stand still for 200 ms or more', () => {
    screen.stands(140);
    screen.plays(400);
    expect(screen.take()).toMatchObject({ stalls: 0, stalledMs: 0 });
    screen.stands(160);
    screen.plays(400);
    screen.stands(460);
    screen.plays(400);
    expect(screen.take()).toMatchObject({ stalls: 2, stalledMs: 700 });
  });

  it('are none while the buffer fills behind the first picture, if that takes less than a second', () => {
    for (const [ms, stalls] of [
      [960, 0],
      [1000, 1],
    ] as const) {
      screen.viewing.wish(screen.now);
      screen.plays(FRAME_MS);
      screen.stands(ms - FRAME_MS);
      screen.plays(1000);
      expect(screen.take()).toMatchObject({ stalls, stalledMs: stalls * ms });
    }
  });

  it('count once, and with the time of each report, when they go on over one', () => {
    screen.stands(5000);
    expect(screen.take()).toMatchObject({ playedMs: 5000, stalls: 1, stalledMs: 5000 });
    screen.stands(1960);
    screen.plays(400);
    expect(screen.take()).toMatchObject({ stalls: 0, stalledMs: 2000 });
    screen.stands(300);
    screen.plays(FRAME_MS);
    expect(screen.take()).toMatchObject({ stalls: 1, stalledMs: 340 });
  });

  it('are forgotten with what the viewer does not want any more', () => {
    screen.stands(2000);
    expect(screen.take()).toMatchObject({ stalls: 1 });
    screen.viewing.wish(screen.now);
    screen.plays(FRAME_MS);
    screen.stands(1160);
    screen.plays(FRAME_MS);
    expect(screen.take()).toMatchObject({ stalls: 1, stalledMs: 1200 });
  });

  it('take in a stream that was lost and loaded again, whose pictures are counted anew', () => {
    screen.stands(960);
    screen.viewing.reloads();
    screen.shows(3);
    expect(screen.take()).toMatchObject({ stalls: 1, stalledMs: 960 });
  });

  it('are none where the viewer paused, or had the tab hidden; that time is not played either', () => {
    screen.judge(false);
    screen.stands(60_000);
    screen.judge(true);
    screen.stands(500);
    screen.plays(1000);
    expect(screen.take()).toMatchObject({ playedMs: 1500, stalls: 0, stalledMs: 0 });
  });

  it('are told of when the viewer gives up, and not when the stream has ended', () => {
    screen.stands(700);
    screen.judge(false);
    expect(screen.take()).toMatchObject({ stalls: 1, stalledMs: 700 });
    screen.judge(true);
    screen.plays(1000);
    screen.stands(700);
    screen.judge(false, true);
    expect(screen.take()).toMatchObject({ stalls: 0, stalledMs: 0 });
  });
});

describe('the gap at a hand-over', () => {
  beforeEach(() => {
    screen.plays(2000);
    screen.take();
  });

  it("is one picture's time where nothing was missed, and the longest standstill where something was", () => {
    screen.handOver(4);
    screen.plays(5000);
    expect(screen.take()?.handOvers).toEqual([{ sourceVersion: 4, gapMs: FRAME_MS }]);
    screen.handOver(5);
    screen.plays(1000);
    screen.stands(60);
    screen.plays(1000);
    screen.stands(260);
    screen.plays(3000);
    expect(screen.take()).toMatchObject({
      stalls: 1,
      handOvers: [{ sourceVersion: 5, gapMs: 300 }],
    });
  });

  it('takes in what came to the screen before the server told, and nothing long before or after', () => {
    screen.stands(860);
    screen.plays(2000);
    screen.stands(110);
    screen.plays(600);
    screen.handOver(4);
    screen.plays(BEHIND_MS + 3000);
    screen.stands(1000);
    screen.plays(1000);
    expect(screen.take()?.handOvers).toEqual([{ sourceVersion: 4, gapMs: 150 }]);
  });

  it('has nothing of a stall that was over long before, though no picture came since', () => {
    screen.stands(1960);
    screen.plays(FRAME_MS);
    screen.stands(1400);
    screen.handOver(4);
    screen.plays(BEHIND_MS + 3000 + FRAME_MS);
    expect(screen.take()?.handOvers).toEqual([{ sourceVersion: 4, gapMs: 1440 }]);
  });

  it('is looked for as long as the screen is behind the hub, and some seconds more', () => {
    screen.handOver(4);
    screen.plays(BEHIND_MS + 2800);
    screen.stands(160);
    screen.plays(1000);
    expect(screen.take()?.handOvers).toEqual([{ sourceVersion: 4, gapMs: 200 }]);
  });

  it('is as long as the picture stood, before and after its span', () => {
    screen.stands(3000);
    screen.handOver(4);
    screen.stands(6960);
    expect(screen.take()?.handOvers).toEqual([{ sourceVersion: 4, gapMs: 9960 }]);
  });

  it('is told in the report after it is known', () => {
    screen.handOver(4);
    screen.plays(1000);
    expect(screen.take()?.handOvers).toEqual([]);
    screen.plays(5000);
    expect(screen.take()?.handOvers).toHaveLength(1);
    screen.plays(5000);
    expect(screen.take()?.handOvers).toEqual([]);
  });

  it('is not judged where the tab was hidden, or paused, meanwhile', () => {
    screen.handOver(4);
    screen.plays(1000);
    screen.judge(false);
    screen.stands(2000);
    screen.judge(true);
    screen.plays(5000);
    expect(screen.take()?.handOvers).toEqual([]);
    screen.handOver(5);
    screen.plays(5000);
    expect(screen.take()?.handOvers).toEqual([{ sourceVersion: 5, gapMs: FRAME_MS }]);
  });

  it('is none without a picture before', () => {
    screen.viewing.wish(screen.now);
    screen.handOver(4);
    screen.plays(6000);
    expect(screen.take()?.handOvers).toEqual([]);
  });

  it('is told of 20 in a report at most', () => {
    for (let version = 1; version <= 30; version++) screen.handOver(version);
    screen.plays(6000);
    expect(screen.take()?.handOvers.map(({ sourceVersion }) => sourceVersion)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    screen.handOver(31);
    screen.plays(6000);
    expect(screen.take()?.handOvers).toHaveLength(1);
  });
});

describe('a busy page, which is not told of each picture', () => {
  it('sees no standstill in pictures that it was not told of', () => {
    const before: Picture = { atMs: 0, mediaMs: 0, shown: 10 };
    expect(standstill(before, { atMs: 400, mediaMs: 400, shown: 20 })).toBe(40);
    // Of the 400 ms one picture stood for 240, and the four others moved.
    expect(standstill(before, { atMs: 400, mediaMs: 200, shown: 15 })).toBe(240);
    expect(standstill(before, { atMs: 400, mediaMs: 40, shown: 11 })).toBe(400);
    expect(standstill(before, { atMs: 400, mediaMs: 40, shown: null })).toBe(400);
  });

  it('counts no stall for them', () => {
    screen.plays(1000);
    screen.take();
    screen.stands(480);
    screen.shows(11);
    expect(screen.take()).toMatchObject({ stalls: 0, playedMs: 480 });
  });
});

describe('a report', () => {
  it('is none where nothing was meant to play', () => {
    screen.judge(false);
    screen.take();
    screen.stands(5000);
    expect(screen.take()).toBeNull();
  });

  it('has the median of the latencies, or none', () => {
    screen.plays(1000);
    for (const ms of [900, 5000, 1000.4]) screen.viewing.latency(ms);
    expect(screen.take()).toHaveProperty('latencyMs', 1000);
    screen.plays(1000);
    expect(screen.take()).not.toHaveProperty('latencyMs');
  });

  it('has figures that the server takes, whatever happened', () => {
    screen.stands(10_000_000);
    screen.plays(1000);
    screen.handOver(2);
    screen.stands(10_000_000);
    screen.viewing.latency(10_000_000);
    expect(screen.take()).toMatchObject({
      ...{ startMs: 3_600_000, latencyMs: 3_600_000 },
      handOvers: [{ sourceVersion: 2, gapMs: 3_600_000 }],
    });
    for (let i = 0; i < 700; i++) {
      screen.stands(160);
      screen.plays(FRAME_MS);
    }
    expect(screen.take()).toMatchObject({ stalls: 600, stalledMs: 120_000 });
  });

  it('is of two minutes at most, after a device that slept too', () => {
    screen.plays(1000);
    screen.stands(3_600_000);
    expect(screen.take()).toMatchObject({ playedMs: 120_000, stalledMs: 120_000, stalls: 1 });
  });
});
