import { hostStreamView, sameWarnings } from './host-stream';

const told = (keyframeIntervalMs?: number, source: 'none' | 'host' | 'mix' = 'host') => ({
  source,
  hostVideo: { width: 1280, height: 720, fps: 25, ...(keyframeIntervalMs && { keyframeIntervalMs }) },
});

describe('hostStreamView', () => {
  it.each([
    [undefined, 0, []],
    [2000, 2000, []],
    [4000, 4000, []],
    [4500, 4500, ['long_gop']],
    [30_000, 30_000, ['long_gop']],
  ])('of keyframes every %s ms', (interval, keyframeIntervalMs, warnings) => {
    const view = { width: 1280, height: 720, fps: 25, keyframeIntervalMs, warnings };
    expect(hostStreamView(told(interval))).toEqual(view);
  });

  it('is null while something else is on the air, and for sound alone', () => {
    expect(hostStreamView(told(2000, 'mix'))).toBeNull();
    expect(hostStreamView(told(2000, 'none'))).toBeNull();
    expect(hostStreamView({ source: 'host', hostVideo: null })).toBeNull();
  });
});

describe('sameWarnings', () => {
  it('is about warnings, not about figures', () => {
    expect(sameWarnings(told(1000), told(3000))).toBe(true);
    expect(sameWarnings(told(5000), told(9000))).toBe(true);
    expect(sameWarnings(told(3000), told(5000))).toBe(false);
    expect(sameWarnings(told(5000), told(5000, 'none'))).toBe(false);
  });
});
