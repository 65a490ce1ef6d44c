import { DomainError } from '../errors';

/** No text of Postgres has NUL (its manual, 8.3), and no jsonb half of a surrogate pair (8.14.1). */
const NUL = '\0';
const HALF_OF_A_PAIR = /\p{Cs}/u;

/** Of a name that a client has made up, so much is repeated to it, characters. */
const MAX_NAME = 64;

/**
 * Of all that clients send: text that the database couldn't take.
 * @param value JSON, or a string of a path or a query
 * @param name of the whole, where it has no properties of its own
 * @throws DomainError invalid_input, with the name of the property
 */
export function requireStorable(value: unknown, name = 'text'): void {
  const parts =
    typeof value === 'object' && value !== null ? Object.entries(value) : [[name, value] as const];
  const bad = parts.find(([, part]) => !isStorable(part));
  if (!bad) return;
  const reason = `${bad[0].slice(0, MAX_NAME)} must have no NUL and no half of a surrogate pair`;
  throw new DomainError('invalid_input', { reason });
}

/** Walks without recursion. */
function isStorable(value: unknown): boolean {
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string' && (one.includes(NUL) || HALF_OF_A_PAIR.test(one))) return false;
    if (typeof one === 'object' && one !== null) {
      for (const each of Object.values(one) as unknown[]) left.push(each);
    }
  }
  return true;
}
