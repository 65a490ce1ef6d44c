import { CROSSING_MS, freeLane } from './danmaku-lanes';

const FRAME = 1000;
const flight = (at: number, width: number) => ({ at, width });

it('uses the first line that has none', () => {
  expect(freeLane([undefined, undefined], flight(0, 200), FRAME)).toBe(0);
  expect(freeLane([flight(0, 200), undefined], flight(10, 200), FRAME)).toBe(1);
});

it('has none where all are taken', () => {
  expect(freeLane([flight(0, 200)], flight(10, 200), FRAME)).toBe(-1);
});

it('keeps a line from the next one until the one before has come in whole', () => {
  const whole = (CROSSING_MS * 232) / 1200;
  expect(freeLane([flight(0, 200)], flight(whole - 20, 200), FRAME)).toBe(-1);
  expect(freeLane([flight(0, 200)], flight(whole + 20, 200), FRAME)).toBe(0);
});

it('lets no longer one, which is faster, run into a short one', () => {
  expect(freeLane([flight(0, 50)], flight(2000, 900), FRAME)).toBe(-1);
  expect(freeLane([flight(0, 50)], flight(2000, 50), FRAME)).toBe(0);
});
