import { AAC_FRAME } from '../../codec/audio/aac';
import { AudioClock } from './audio-clock';

const RATE = 44100;
const at = (frame: number) => (frame * AAC_FRAME * 1000) / RATE;

describe('AudioClock', () => {
  it('lays frames end to end, however their ms are rounded', () => {
    const clock = new AudioClock(RATE);
    const placed = Array.from({ length: 5000 }, (_, i) =>
      clock.place(Math.round(at(i)) + (i % 3 === 0 ? 10 : 0)),
    );
    const steps = placed.slice(1).map((time, i) => time! - placed[i]!);
    expect(new Set(steps)).toEqual(new Set([AAC_FRAME]));
  });

  it('follows a hole', () => {
    const clock = new AudioClock(RATE);
    clock.place(0);
    expect(clock.place(1000)).toBe(RATE);
    expect(clock.place(1000 + at(1))).toBe(RATE + AAC_FRAME);
  });

  it('leaves frames out where there are more than there is time for', () => {
    const clock = new AudioClock(RATE);
    // Two frames in the time of one.
    const placed = Array.from({ length: 100 }, (_, i) => clock.place(at(i / 2)));
    const kept = placed.filter((time) => time !== null);
    expect(kept.length).toBeLessThan(60);
    expect(kept.every((time, i) => i === 0 || time > kept[i - 1]!)).toBe(true);
    expect(kept.at(-1)! - (at(50) * RATE) / 1000).toBeLessThanOrEqual(3 * AAC_FRAME);
  });
});
