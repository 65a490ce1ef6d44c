import fc, { type Arbitrary } from 'fast-check';
import { apiDocument, type Schema } from '../app/api-document';

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

/** Texts that have broken something somewhere. */
export const oddText = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '连麦🎤',
      '\u202eabc',
      '../..',
      '.',
      "' OR 1=1 --",
      '%00',
      '\r\nX: y',
    ],
    ...[
      'null',
      'undefined',
      '[object Object]',
      '1e999',
      '-0',
      'NaN',
      '0x10',
      '00000000-0000-0000-0000-000000000000',
    ],
    ...[
      'x'.repeat(300),
      '连'.repeat(5000),
      '__proto__',
      'constructor',
      'toString',
      'http://[::1',
      'rtmp://127.0.0.1/a/b',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);

const oddNumber = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    1,
    0.5,
    1e-9,
    255,
    256,
    65_536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    1e21,
    1e308,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any JSON, of whatever type is due. */
export const oddValue: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    [],
    {},
    [[]],
    [null],
    { length: 1 },
    { toString: 1 },
    { then: 1 },
  ),
  fc.constantFrom(JSON.parse('{"__proto__":{"a":1}}') as unknown, JSON.parse(deep(60)) as unknown),
  fc.constant(Array.from({ length: 2000 }, (_, i) => i) as unknown),
  oddNumber,
  oddText,
  fc.jsonValue({ maxDepth: 3 }),
);

/** Bodies that aren't what a JSON parser expects. */
export const oddBody = fc.constantFrom(
  ...['', '{', '{"a":', '"', 'null', '1', '"text"', '[]', '[{}]', '\u0000', '{"a":1}{"a":1}', '{"a":\u0000}'],
  ...[
    deep(40),
    deep(1500),
    `{"a":${deep(1500)}}`,
    JSON.stringify('x'.repeat(2 << 20)),
    '{"title":"\\ud800"}',
  ],
  ...['{"__proto__":null}', '{"title":"a","title":"b"}', 'title=a&b[c]=d', '<a/>', '﻿{}'],
);

export const oddType = fc.constantFrom(
  ...[
    'application/json',
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/xml',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
  ],
  ...['application/problem+json', 'application/json; charset="', 'x', ''],
);

/** Sensible more often than not, at each place. @param known sensible texts, by the name of a property */
export function valueOf(
  schema: Schema,
  known: (name: string) => Arbitrary<unknown> | null,
  name = '',
): Arbitrary<unknown> {
  return fc.oneof(
    { weight: 8, arbitrary: sensible(schema, known, name) },
    { weight: 1, arbitrary: oddValue },
  );
}

function sensible(
  schema: Schema,
  known: (name: string) => Arbitrary<unknown> | null,
  name: string,
): Arbitrary<unknown> {
  const of = (inner: Schema, innerName = name) => valueOf(inner, known, innerName);
  if (schema.$ref)
    return sensible(apiDocument.components.schemas[schema.$ref.split('/').at(-1)!]!, known, name);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => of(one)));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const own = known(name);
  const type = [schema.type].flat()[0];
  if (type === 'string') return own ?? fc.constantFrom<unknown>('A title', '#101418', 'x');
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') return numberOf(schema);
  if (type === 'array') return fc.array(of(schema.items ?? {}), { maxLength: 4 });
  if (type === 'object') return objectOf(schema, of);
  return oddValue;
}

/** At the borders, and beyond. */
function numberOf({ minimum = 0, maximum = 1000 }: Schema): Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(minimum - 1, minimum, minimum + 1, maximum - 1, maximum, maximum + 1),
    fc.integer({ min: Math.ceil(minimum), max: Math.floor(Math.min(maximum, 2 ** 31)) }),
  );
}

function objectOf(
  { properties = {}, required = [] }: Schema,
  of: (schema: Schema, name: string) => Arbitrary<unknown>,
): Arbitrary<unknown> {
  const values = Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, of(schema, key)]),
  );
  const whole = fc.record(values, { requiredKeys: required });
  return fc.oneof(
    { weight: 6, arbitrary: whole },
    { weight: 1, arbitrary: fc.record(values, { requiredKeys: [] }) },
    {
      weight: 1,
      arbitrary: fc.tuple(whole, oddText, oddValue).map(([one, key, value]) => ({ ...one, [key]: value })),
    },
  );
}
