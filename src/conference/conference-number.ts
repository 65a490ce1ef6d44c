import { randomInt } from 'node:crypto';

/** Eleven digits, the first not 0: nobody has to wonder whether to say a leading 0. How hard to guess: decision 32. */
export function conferenceNumber(): string {
  return String(randomInt(10_000_000_000, 100_000_000_000));
}

/** As people type it: blanks and dashes don't matter. Null for anything but eleven digits, or the nine of older numbers. */
export function parseConferenceNumber(text: string): string | null {
  const digits = text.replace(/[\s-]/g, '');
  return /^[1-9](\d{8}|\d{10})$/.test(digits) ? digits : null;
}
