import { levelOf, LoudestOf } from './loudest';

it('stays with somebody for two seconds, and in silence', () => {
  const loudest = new LoudestOf();
  expect(loudest.next([], 0)).toBeNull();
  expect(
    loudest.next(
      [
        ['ann', -40],
        ['bob', -20],
      ],
      0,
    ),
  ).toBe('bob');
  expect(loudest.next([['ann', -10]], 1999)).toBe('bob');
  expect(loudest.next([], 2500)).toBe('bob');
  expect(loudest.next([['ann', -10]], 2600)).toBe('ann');
});

it('is the root mean square in decibels of full scale', () => {
  expect(levelOf(new Float32Array([0.1, -0.1, 0.1, -0.1]))).toBeCloseTo(-20);
  expect(levelOf(new Float32Array(4))).toBe(-100);
});
