import type { WebhookBreakerView } from '../../contracts';
import { backoff } from '../../shared/backoff';
import type { Webhook } from '../webhook.entity';

/**
 * An endpoint that takes nothing several times in a row is down: it gets a single delivery at growing intervals, until
 * one is taken. The others wait, instead of being sent in vain.
 */
const DOWN_AFTER = 5;
const PROBES = { firstMs: 5_000, mostMs: 5 * 60_000 };
/** Attempts at one endpoint at a time, in all processes. */
const MAX_AT_ONCE = 8;

type Health = Pick<Webhook, 'failures' | 'brokenSince' | 'probeAt'>;

/** How many attempts may begin at an endpoint at which some are running. */
export function mayBegin({ brokenSince, probeAt }: Health, running: number, now = Date.now()): number {
  if (!brokenSince) return Math.max(0, MAX_AT_ONCE - running);
  return running === 0 && (probeAt?.getTime() ?? 0) <= now ? 1 : 0;
}

/** ms until the next probe once another attempt has failed; null: it isn't down. */
export function pauseAfterFailure({ failures }: Health): number | null {
  return failures + 1 < DOWN_AFTER ? null : backoff(failures + 2 - DOWN_AFTER, PROBES);
}

export function breakerView(
  { failures, brokenSince, probeAt }: Health,
  now = Date.now(),
): WebhookBreakerView {
  if (!brokenSince || !probeAt) return { state: 'closed', failures, openedAt: null, nextAttemptAt: null };
  return {
    state: probeAt.getTime() <= now ? 'half_open' : 'open',
    failures,
    openedAt: brokenSince.toISOString(),
    nextAttemptAt: probeAt.toISOString(),
  };
}
