import { RtpTimeline } from './rtp-timeline';

const RATE = 48_000;
const START = 4_294_960_000; // wraps soon
const timestamp = (ms: number) => (START + ms * 48) % 2 ** 32;

describe('RtpTimeline', () => {
  /** Sends a unit every 20 ms from `from` to `to` (capture, ms), written `stood` ms earlier, on a way of `way` ms. */
  function send(timeline: RtpTimeline, from: number, to: number, stood = 0, way = (_ms: number) => 30): void {
    for (let ms = from; ms < to; ms += 20) {
      timeline.settle(ms + way(ms));
      timeline.observe(timestamp(ms - stood), ms + way(ms), ms + way(ms) + 20);
    }
  }
  const placed = (timeline: RtpTimeline, ms: number, stood = 0) =>
    ((timeline.ticks(timestamp(ms - stood)) - START) * 1000) / RATE;

  it.each([100, 300, 1500, 2900, 10_000, 60_000])('adds a pause of %i ms to what comes after it', (gap) => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 0, 3000);
    send(timeline, 3000 + gap, 5000 + gap, gap);
    expect(timeline.inDoubt).toBe(false);
    expect(placed(timeline, 3000 + gap, gap)).toBe(3000 + gap);
    expect(placed(timeline, 4980 + gap, gap)).toBe(4980 + gap);
    expect(placed(timeline, 2980)).toBe(2980);
    // And again.
    send(timeline, 8000 + gap, 9000 + gap, 3000 + gap);
    expect(placed(timeline, 8980 + gap, 3000 + gap)).toBe(8980 + gap);
  });

  it('leaves a clock that ran alone', () => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 0, 3000);
    send(timeline, 9000, 10_000, 0, (ms) => 30 + (ms % 100) / 5);
    expect(placed(timeline, 9980)).toBe(9980);
  });

  it.each([120, 300, 2000])('leaves what the network held back for %i ms where it belongs', (held) => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 0, 3000);
    for (let ms = 3000; ms < 3000 + held; ms += 20)
      timeline.observe(timestamp(ms), 3030 + held + (ms - 3000) / 200);
    send(timeline, 3000 + held, 4000 + held);
    expect(placed(timeline, 3980 + held)).toBe(3980 + held);
  });

  it('is in doubt about a late unit until the next ones have shown what it was', () => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 0, 1000);
    timeline.observe(timestamp(1000), 1330, 1200);
    timeline.observe(timestamp(1020), 1350);
    timeline.settle(1359);
    expect(timeline.inDoubt).toBe(true);
    timeline.settle(1360);
    expect(timeline.inDoubt).toBe(false);
    expect(placed(timeline, 1300, 300)).toBe(1300);
  });

  it('waits a little longer for a second unit', () => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 0, 1000);
    timeline.observe(timestamp(1000), 1330, 1200);
    timeline.settle(1389);
    expect(timeline.inDoubt).toBe(true);
    timeline.settle(1390);
    expect(placed(timeline, 1300, 300)).toBe(1300);
  });

  it('waits as long as what came late has time, but not longer than it may', () => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 0, 1000);
    timeline.observe(timestamp(1000), 1100, 1170);
    timeline.observe(timestamp(1020), 1120);
    timeline.settle(1169);
    expect(timeline.inDoubt).toBe(true);
    timeline.observe(timestamp(1040), 1170);
    expect(timeline.inDoubt).toBe(false);
    timeline.observe(timestamp(1060), 1400, 2000);
    timeline.observe(timestamp(1080), 1420, 2000);
    timeline.settle(1500);
    expect(timeline.inDoubt).toBe(false);
  });

  it.each([30, 80, 200, 600])(
    'leaves the units of a busy sender alone, which catches up over %i ms',
    (ms) => {
      const timeline = new RtpTimeline(RATE, 100);
      send(timeline, 0, 3000);
      const held = 300;
      const way = (at: number) => {
        const captured = at - 3000;
        if (captured < 0 || captured > held + ms) return 30;
        return 30 + (held * (held + ms - captured)) / (held + ms);
      };
      send(timeline, 3000, 5000, 0, way);
      expect(placed(timeline, 4980)).toBe(4980);
    },
  );

  it('finds the pause after all, where what came first seemed to catch up', () => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 0, 3000);
    send(timeline, 3300, 3600, 300, (ms) => 30 + (ms === 3300 ? 20 : 0));
    expect(placed(timeline, 3580, 300)).toBe(3580);
  });

  it('takes back a pause that was a queue in the network', () => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 0, 3000);
    // The queue is 200 ms long at first, and then shrinks by 10 ms with each unit.
    send(timeline, 3000, 5000, 0, (ms) => 30 + Math.max(0, 200 - Math.max(0, ms - 3200) / 2));
    expect(Math.abs(placed(timeline, 4980) - 4980)).toBeLessThanOrEqual(20);
  });

  it('forgets all of a clock whose timestamps go back', () => {
    const timeline = new RtpTimeline(RATE, 100);
    send(timeline, 10_000, 12_000);
    timeline.onSenderReport(1000, timestamp(11_000));
    timeline.observe(timestamp(0), 12_050);
    timeline.observe(timestamp(20), 12_070);
    expect(timeline.inDoubt).toBe(false);
    expect(timeline.captureMs(timeline.ticks(timestamp(20)))).toBeNull();
  });
});
