/** Limit for JSON nesting; our own messages use at most 8 levels. */
export const MAX_JSON_DEPTH = 32;

/** Text that we don't parse. What walks values by recursion (validation, serialising) would exhaust its stack on it. */
export class JsonTooDeepError extends Error {
  constructor() {
    super(`JSON may be nested ${MAX_JSON_DEPTH} levels deep`);
    this.name = 'JsonTooDeepError';
  }
}

/**
 * Parses a message of a stranger (RFC 8259). The caller has bounded its size.
 * @throws SyntaxError, JsonTooDeepError
 */
export function parseJson(text: string): unknown {
  assertShallowText(text);
  return JSON.parse(text) as unknown;
}

/** Before a parser that isn't ours. @throws JsonTooDeepError */
export function assertShallowText(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') {
      if (++depth > MAX_JSON_DEPTH) throw new JsonTooDeepError();
    } else if (character === ']' || character === '}') depth--;
  }
}

/** Behind a parser that isn't ours. Walks without recursion. @throws JsonTooDeepError */
export function assertShallow(value: unknown): void {
  let containers = [value].filter(isContainer);
  for (let depth = 1; containers.length > 0; depth++) {
    if (depth > MAX_JSON_DEPTH) throw new JsonTooDeepError();
    containers = containers.flatMap((each) => Object.values(each) as unknown[]).filter(isContainer);
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
