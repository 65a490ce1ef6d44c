import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { forkChild, runChild, spawnChild } from '.';

describe('a child process', () => {
  const print = 'process.stdout.write(JSON.stringify(process.env))';
  const own = { OWN: 'its own', NONE: undefined };
  let dir: string;

  beforeAll(() => {
    process.env.AUTH_SECRET = 'a secret of ours';
    dir = mkdtempSync(join(tmpdir(), 'lianmai-child-'));
    writeFileSync(join(dir, 'print.cjs'), `process.send(process.env, () => process.disconnect())`);
  });
  afterAll(() => {
    delete process.env.AUTH_SECRET;
    rmSync(dir, { recursive: true });
  });

  const started: [string, () => Promise<unknown>][] = [
    [
      'forked',
      async () => {
        const [env] = (await once(forkChild(join(dir, 'print.cjs'), own), 'message')) as [unknown];
        return env;
      },
    ],
    [
      'spawned',
      async () => {
        const child = spawnChild([process.execPath, '-e', print], own);
        return JSON.parse(await text(child.stdout!)) as unknown;
      },
    ],
    [
      'run',
      () => Promise.resolve(JSON.parse(runChild([process.execPath, '-e', print], own).stdout) as unknown),
    ],
  ];

  it.each(started)('that is %s knows what it is given, and the machine', async (_how, start) => {
    const env = (await start()) as Record<string, string>;
    expect(env).toMatchObject({ OWN: 'its own', PATH: process.env.PATH });
    expect(env).not.toHaveProperty('AUTH_SECRET');
    expect(env).not.toHaveProperty('NONE');
    const known = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'OWN'];
    // Node's own, for the channel to its parent.
    const ofNode = Object.keys(env).filter((name) => name.startsWith('NODE_CHANNEL'));
    expect(Object.keys(env).filter((name) => ![...known, ...ofNode].includes(name))).toEqual([]);
  });
});
