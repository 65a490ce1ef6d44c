import { costOf, CpuMeter, LearnedFactor, modelledCores } from './mix-cost';

const size = (width: number, height: number, fps: number, seats: number) => ({
  output: { width, height, fps },
  seats: Array.from({ length: seats }),
});

describe('the cost of a mix', () => {
  it('before it has run is expected by pixels a second and inputs', () => {
    expect(modelledCores(size(1280, 720, 25, 5))).toBeCloseTo(0.56, 2);
    const [five, six] = [modelledCores(size(1280, 720, 25, 5)), modelledCores(size(1280, 720, 25, 6))];
    expect(six - five).toBeCloseTo(0.035);
    const [small, large] = [modelledCores(size(640, 360, 25, 2)), modelledCores(size(1920, 1080, 25, 2))];
    expect(large / small).toBeGreaterThan(4);
  });

  it('is what was measured, as soon as something was', () => {
    const mix = size(1280, 720, 25, 5);
    expect(costOf({ ...mix, cores: null }, 0.5)).toBeCloseTo(0.28, 2);
    expect(costOf({ ...mix, cores: 0.31 }, 0.5)).toBe(0.31);
  });

  it('here is learned from the mixes of this host, those that have ended too', () => {
    const factor = new LearnedFactor();
    expect(factor.value).toBe(1);
    factor.learn('a', 0.2, 0.4);
    expect(factor.value).toBe(0.5);
    factor.learn('b', 0.9, 0.6);
    expect(factor.value).toBeCloseTo(1.1);
    // Said again, and not counted twice.
    factor.learn('a', 0.4, 0.4);
    expect(factor.value).toBeCloseTo(1.3);
    for (let i = 0; i < 16; i++) factor.learn(`c${i}`, 0.3, 0.4);
    expect(factor.value).toBeCloseTo(0.75);
  });

  it('is never believed to be nothing, nor any number', () => {
    const factor = new LearnedFactor();
    factor.learn('dark', 0, 0.5);
    expect(factor.value).toBe(0.25);
    factor.learn('odd', 80, 0.5);
    expect(factor.value).toBe(4);
  });
});

describe('the meter of a mixer', () => {
  it('says nothing of a moment, and then what the last seconds took', () => {
    const meter = new CpuMeter();
    expect(meter.add(900, 0)).toBeNull();
    expect(meter.add(1900, 2000)).toBeNull();
    expect(meter.add(2900, 4000)).toBe(0.5);
    expect(meter.add(3900, 6000)).toBe(0.5);
    // More guests come.
    for (let at = 8000; at <= 20_000; at += 2000) meter.add(3900 + 0.8 * (at - 6000), at);
    expect(meter.add(3900 + 0.8 * 16_000, 22_000)).toBeCloseTo(0.8);
  });

  it('isn’t misled by reports that come all at once, after a pause of their reader', () => {
    const meter = new CpuMeter();
    meter.add(0, 0);
    meter.add(1000, 2000);
    for (const cpuMs of [2000, 3000, 4000]) meter.add(cpuMs, 10_000);
    expect(meter.add(5000, 10_001)).toBeLessThanOrEqual(0.5);
    expect(meter.add(6000, 12_000)).toBeCloseTo(0.5);
  });
});
