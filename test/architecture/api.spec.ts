/** What holds for the whole of docs/api: names and units, whatever is added. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocument } from '../support/app/api-document';

const events = JSON.parse(readFileSync(join(__dirname, '../../docs/api/asyncapi.json'), 'utf8')) as object;

/** Names of all properties, parameters and arguments, in examples too. */
function namesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) found.add(name);
    if (name === 'name' && typeof inner === 'string') found.add(inner);
    namesIn(inner, found);
  }
  return found;
}

it('times are in milliseconds and say so, moments are ISO texts and end in At or are an end', () => {
  const names = [...namesIn(apiDocument), ...namesIn(events)];
  const ofTime = names.filter(
    (name) =>
      /^[a-z]\w*$/.test(name) && /sec(ond)?s?$|ttl|wait|duration|time(out)?$|delay|after(?!Seq)/i.test(name),
  );
  expect(ofTime).toEqual(expect.arrayContaining(['ttlMs', 'durationMs', 'waitMs', 'retryAfterMs']));
  expect(ofTime.filter((name) => !name.endsWith('Ms'))).toEqual([]);
});
