import { backoff } from '../../shared/backoff';
import type { MixerEnd } from './mixer-child';

/** Attempts in a row that didn't keep running, before a task fails. With the pauses that is about a minute. */
export const MAX_SETBACKS = 16;
/** An attempt that ran this long counts as having worked. */
export const SETTLED_MS = 5000;

/** Pause before the next attempt, ms. The first retry is at once: viewers are waiting. */
export function pauseAfter(setbacks: number): number {
  return setbacks <= 1 ? 0 : backoff(setbacks - 1, { firstMs: 250, mostMs: 4000 });
}

/**
 * Whether another attempt could do better. A push that was refused though its token is new would be refused again;
 * one that had run may have been refused for a token that has expired.
 */
export function isFatal(end: MixerEnd, hadRun: boolean): boolean {
  return end.code === 'refused' && !hadRun;
}
