import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres } from '../../../src/platform/database/embedded-postgres';
import { createTestDatabase } from '../../support/database/test-database';
import { processesNaming } from '../../support/process/processes';
import { until } from '../../support/waiting/until';

jest.setTimeout(90_000);

describe('EmbeddedPostgres', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lianmai-pg-'));
  });
  afterEach(() => {
    expect(processesNaming(dir)).toEqual([]);
    rmSync(dir, { recursive: true });
  });

  it('is UTF-8, keeps data and its port over a restart, and is closed to strangers', async () => {
    const first = await EmbeddedPostgres.start({ dir });
    await query(first.url, `CREATE TABLE t AS SELECT '连麦' AS word`);
    await first.stop();
    await first.stop();
    const second = await EmbeddedPostgres.start({ dir });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT word, length(word) AS n FROM t')).toEqual([
      { word: '连麦', n: 2 },
    ]);
    const stranger = new URL(second.url);
    stranger.password = 'guess';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await second.stop();
    expect(await second.exited).toBe(0);
    expect(readdirSync(dir).sort()).toEqual(['data', 'server.log']);
  });

  it('takes another port when its own is taken', async () => {
    const first = await EmbeddedPostgres.start({ dir });
    await first.stop();
    const { port } = new URL(first.url);
    const thief = createServer().listen(Number(port), '127.0.0.1');
    await once(thief, 'listening');
    const second = await EmbeddedPostgres.start({ dir });
    expect(new URL(second.url).port).not.toBe(port);
    await second.stop();
    thief.close();
  });

  it('goes when its parent is killed, and a start right after finds what was committed', async () => {
    const parent = startParent(dir);
    const url = await firstLine(parent);
    await query(url, 'CREATE TABLE t AS SELECT 1 AS n');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const next = await EmbeddedPostgres.start({ dir });
    expect(await query(next.url, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
    const again = startParent(`${dir}/other`);
    await firstLine(again);
    again.kill('SIGKILL');
    await until(() => processesNaming(`${dir}/other`).length === 0);
    await next.stop();
  });

  it('ends a server that lost its supervisor', async () => {
    const first = await EmbeddedPostgres.start({ dir });
    const postmaster = Number.parseInt(readFileSync(join(dir, 'data/postmaster.pid'), 'utf8'), 10);
    for (const pid of processesNaming(dir).filter((p) => p !== postmaster)) process.kill(pid, 'SIGKILL');
    await first.exited;
    const second = await EmbeddedPostgres.start({ dir });
    expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await second.stop();
  });
});

describe('createTestDatabase', () => {
  it('gives an empty database and removes it under its users', async () => {
    const db = await createTestDatabase();
    expect(
      await query(db.url, `SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'`),
    ).toEqual([{ n: 0 }]);
    await db.drop();
    await expect(query(db.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });
});

/** A process that starts the server, prints its URL and waits. It runs what `npm run build` made. */
function startParent(folder: string): ChildProcess {
  const launcher = resolve('dist/src/platform/database/embedded-postgres');
  const source = `require(process.argv[1]).EmbeddedPostgres.start({ dir: process.argv[2] })
    .then((server) => console.log(server.url));`;
  return spawn(process.execPath, ['-e', source, launcher, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return chunk.toString().trim();
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
