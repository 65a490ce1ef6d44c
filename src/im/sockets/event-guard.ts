import type { Ack, ClientToServerEvents } from '../../contracts';
import { type Caller, type OpenTo, requireOpenTo } from '../../auth';
import { DomainError, toProblem } from '../../platform/common';
import { assertShallow } from '../../shared/bounded-json';

/** Largest event of a client, bytes of JSON; a chat message of 1,000 characters takes 4,000 at most. */
export const MAX_EVENT_BYTES = 16_384;
/** What Socket.IO takes in at all, bytes: what is between the two is answered in words, what is beyond it is cut. */
export const MAX_FRAME_BYTES = 256 * 1024;

/** All events, and which visitors may send them; null: none may. */
const KNOWN: Readonly<Record<keyof ClientToServerEvents, OpenTo | null>> = {
  'auth:renew': 'visitors',
  'room:join': 'visitors',
  'room:leave': 'visitors',
  'room:send': 'named',
  'room:history': 'visitors',
  'live:like': 'named',
};

/**
 * Looks at an event before anything else does. One that can't be served is answered in its acknowledgement.
 * @param packet name, arguments and, last, the acknowledgement where the client wants one
 * @returns whether it may be served
 */
export function admitEvent([event, ...args]: unknown[], caller: Caller): boolean {
  const ack = typeof args.at(-1) === 'function' ? (args.pop() as (answer: Ack<never>) => void) : null;
  try {
    requireOpenTo(caller, requireServable(event, args) ?? undefined);
    return true;
  } catch (error) {
    ack?.({ ok: false, error: toProblem(error) });
    return false;
  }
}

/** @returns which visitors may send it. @throws DomainError unknown_event, body_too_large, invalid_input */
function requireServable(event: unknown, args: unknown[]): OpenTo | null {
  if (!isKnown(event)) throw new DomainError('unknown_event');
  try {
    assertShallow(args);
  } catch (error) {
    throw new DomainError('invalid_input', { reason: (error as Error).message });
  }
  if (Buffer.byteLength(JSON.stringify(args)) > MAX_EVENT_BYTES) {
    throw new DomainError('body_too_large', { limit: MAX_EVENT_BYTES });
  }
  return KNOWN[event];
}

function isKnown(event: unknown): event is keyof typeof KNOWN {
  return typeof event === 'string' && Object.hasOwn(KNOWN, event);
}
