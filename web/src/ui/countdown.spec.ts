import { clockLeft, secondsLeft } from './countdown';

describe('secondsLeft', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it('rounds up and never goes below zero', () => {
    expect(secondsLeft('2026-01-01T00:00:29.100Z', now)).toBe(30);
    expect(secondsLeft('2025-12-31T23:59:59Z', now)).toBe(0);
    expect(secondsLeft('nonsense', now)).toBe(0);
  });
});

describe('clockLeft', () => {
  it('has two digits for the seconds', () => {
    expect([0, 9, 60, 247, 3600].map(clockLeft)).toEqual(['0:00', '0:09', '1:00', '4:07', '60:00']);
  });
});
