import { LoudestOf } from './loudest';

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
