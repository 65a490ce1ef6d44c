import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from './config';
import { LIMITS, limitVariable } from './limits';
import { KEPT, retentionVariable } from './retention';

describe('limits', () => {
  it('are variables of the environment, and a wrong one is refused by name', () => {
    expect(readConfig({}).limits.channelsPerUser).toBe(100);
    expect(readConfig({ LIMIT_CHANNELS_PER_USER: '3' }).limits).toMatchObject({
      channelsPerUser: 3,
      webhooks: 100,
    });
    expect(() => readConfig({ LIMIT_WEBHOOKS: 'many' })).toThrow(/^LIMIT_WEBHOOKS: /);
    expect(() => readConfig({ LIMIT_WEBHOOKS: '0' })).toThrow(/^LIMIT_WEBHOOKS: /);
  });

  it('stand in the documentation as they are', () => {
    const text = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
    const shown = [...text.matchAll(/^\| `(LIMIT_\w+)` *\| `(\w+)` *\| (\d+) *\| (.+?) *\|$/gm)].map((m) =>
      m.slice(1),
    );
    const kept = Object.entries(LIMITS).map(([name, { byDefault, meaning }]) => [
      ...[limitVariable(name), name, String(byDefault), meaning],
    ]);
    expect(shown).toEqual(kept);
  });

  it('and so does what is kept, and for how long', () => {
    const text = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
    const shown = [...text.matchAll(/^\| `(KEEP_\w+)` *\| (\d+) *\| (.+?) *\|$/gm)].map((m) => m.slice(1));
    const kept = Object.entries(KEPT).map(([name, { byDefault, meaning }]) => [
      ...[retentionVariable(name), String(byDefault), meaning],
    ]);
    expect(shown).toEqual(kept);
  });
});
