import { secondsLeft } from './countdown';

describe('secondsLeft', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it('rounds up and never goes below zero', () => {
    expect(secondsLeft('2026-01-01T00:00:29.100Z', now)).toBe(30);
    expect(secondsLeft('2025-12-31T23:59:59Z', now)).toBe(0);
    expect(secondsLeft('nonsense', now)).toBe(0);
  });
});
