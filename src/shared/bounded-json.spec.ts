import * as fc from 'fast-check';
import {
  assertShallow,
  assertShallowText,
  JsonTooDeepError,
  MAX_JSON_DEPTH,
  parseJson,
} from './bounded-json';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON of strangers', () => {
  it('is parsed as deep as our messages need, and no deeper', () => {
    expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow();
    expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow(JsonTooDeepError);
    expect(() => parseJson('{"a":'.repeat(100_000))).toThrow(JsonTooDeepError);
    expect(() => parseJson('[')).toThrow(SyntaxError);
    expect(() => assertShallow(JSON.parse(nested(MAX_JSON_DEPTH)))).not.toThrow();
    expect(() => assertShallow(JSON.parse(nested(MAX_JSON_DEPTH + 1)))).toThrow(JsonTooDeepError);
  });

  it('may have any brackets in its strings', () => {
    const text = JSON.stringify({ text: `${'['.repeat(1000)}"\\"${'{'.repeat(1000)}` });
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('is judged the same before and after parsing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat(MAX_JSON_DEPTH + 4), (value, wraps) => {
        const text = '['.repeat(wraps) + JSON.stringify(value) + ']'.repeat(wraps);
        const before = outcome(() => assertShallowText(text));
        const after = outcome(() => assertShallow(JSON.parse(text)));
        expect(after).toBe(before);
      }),
    );
  });
});

function outcome(work: () => void): string {
  try {
    work();
    return 'fine';
  } catch (error) {
    return (error as Error).name;
  }
}
