import { randomInt } from 'node:crypto';

/** Nine digits, the first not 0: nobody has to wonder whether to say a leading 0. */
export function conferenceNumber(): string {
  return String(randomInt(100_000_000, 1_000_000_000));
}

/** As people type it: blanks and dashes don't matter. Null for anything but nine digits. */
export function parseConferenceNumber(text: string): string | null {
  const digits = text.replace(/[\s-]/g, '');
  return /^[1-9]\d{8}$/.test(digits) ? digits : null;
}
