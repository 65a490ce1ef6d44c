import { conferenceNumber, parseConferenceNumber } from './conference-number';

describe('conference number', () => {
  it('has eleven digits, the first not 0', () => {
    const numbers = Array.from({ length: 1000 }, conferenceNumber);
    expect(numbers.every((number) => /^[1-9]\d{10}$/.test(number))).toBe(true);
    // Random: 1000 of 90 billion meet each other next to never.
    expect(new Set(numbers).size).toBeGreaterThan(990);
  });

  it('is read as people type it', () => {
    expect(parseConferenceNumber('123 4567-8901')).toBe('12345678901');
    expect(parseConferenceNumber('123 456-789')).toBe('123456789');
    for (const text of ['12345678', '1234567890', '012345678', '01234567890', '12345678a', '']) {
      expect(parseConferenceNumber(text)).toBeNull();
    }
  });
});
