import { DomainError } from '../errors';

/** No text of Postgres has NUL (its manual, 8.3), and no jsonb half of a surrogate pair (8.14.1). */
const NUL = '\0';
const HALF_OF_A_PAIR = /\p{Cs}/u;

/**
 * Of all that clients send: text that the database couldn't take. Walks without recursion.
 * @param value JSON, or a string of a path or a query
 * @throws DomainError invalid_input
 */
export function requireStorable(value: unknown): void {
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string') requireText(one);
    else if (typeof one === 'object' && one !== null) {
      for (const each of Object.values(one) as unknown[]) left.push(each);
    }
  }
}

function requireText(text: string): void {
  if (!text.includes(NUL) && !HALF_OF_A_PAIR.test(text)) return;
  throw new DomainError('invalid_input', { reason: 'text has no NUL and no half of a surrogate pair' });
}
