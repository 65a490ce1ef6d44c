import { KeyframeInterval } from './keyframe-interval';

/** Pictures every 40 ms with a keyframe every `gop`. */
function intervalOf(pictures: number, gop: number, stepMs = (_index: number) => 40): number {
  const interval = new KeyframeInterval();
  let dtsMs = 7000;
  for (let index = 0; index < pictures; index++) {
    interval.take({ dtsMs, keyframe: index % gop === 0 });
    dtsMs += stepMs(index);
  }
  return interval.ms;
}

describe('KeyframeInterval', () => {
  it('is the time between two keyframes', () => {
    expect(intervalOf(1, 50)).toBe(0);
    expect(intervalOf(500, 50)).toBe(2000);
    expect(intervalOf(1001, 250)).toBe(10_000);
  });

  it('is told while the next keyframe is still to come, up to what is kept', () => {
    expect(intervalOf(126, Infinity)).toBe(5000);
    expect(intervalOf(2000, Infinity)).toBe(30_000);
  });

  it('doesn’t take a pause, or a clock that was put back, for a long group of pictures', () => {
    expect(intervalOf(500, 50, (index) => (index === 70 ? 20_000 : 40))).toBe(3000);
    expect(intervalOf(500, 50, (index) => (index === 70 ? -90_000 : 40))).toBe(2000);
  });

  it('stays while an encoder that varies does so by less than a step', () => {
    expect(intervalOf(200, 50, (index) => 40 + (index % 3))).toBe(2000);
  });
});
