import { duration } from './duration';

it.each([
  [-5, '0:00'],
  [48_999, '0:48'],
  [727_000, '12:07'],
  [5_047_000, '1:24:07'],
])('%i ms are %s', (ms, text) => expect(duration(ms)).toBe(text));
