/**
 * What the control plane costs in an evening: 100,000 channels of which 500 are live on two nodes, 200 of them co-hosted. Nodes
 * report every 2 s, a tenth of the channels with other viewers; people look at channels and accept applications. An API
 * process and a Postgres of their own; CPU of each over the window in cores, and how long requests took.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { Signer } from '../src/auth';
import type { AcceptView, ChannelView, InvitationView } from '../src/contracts';
import { EmbeddedPostgres, migrate } from '../src/platform/database';
import { startApp, type TestApp } from '../test/support/app/app-process';
import { freePorts } from '../test/support/process/ports';
import { descendantsOf } from '../test/support/process/processes';
import { attendMixes, fillPlatform } from './support/busy-platform';
import { LightNode } from './support/light-node';
import { cpuSecondsOf } from './support/process-cpu';

const CHANNELS = 100_000;
const LIVE = 500;
const CO_HOSTED = 200;
const NODE_IDS = ['node-1', 'node-2'];
/** Until a start of the API, which looks at everything once, is over, ms. */
const WARM_UP_MS = 25_000;
const WINDOW_MS = 40_000;
/** Requests of people in the window. */
const GETS = 200;
const ACCEPTS = 20;

export async function run(): Promise<Record<string, unknown>> {
  const dir = mkdtempSync(join(tmpdir(), 'lianmai-bench-'));
  const postgres = await EmbeddedPostgres.start({ dir });
  try {
    await migrate(postgres.url);
    const unattend = await attendMixes(postgres.url);
    try {
      return await measure(postgres.url);
    } finally {
      await unattend();
    }
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(url: string): Promise<Record<string, unknown>> {
  const size = { channels: CHANNELS, live: LIVE, coHosted: CO_HOSTED, nodeIds: NODE_IDS };
  const carried = await fillPlatform(url, size);
  const [port] = await freePorts(1);
  const secret = randomBytes(32).toString('hex');
  const control = { url: `http://127.0.0.1:${port}`, signer: new Signer(secret) };
  const nodes = carried.map(
    ({ channels, conferences }, i) => new LightNode(NODE_IDS[i]!, control, channels, conferences),
  );
  for (const node of nodes) await node.start();
  try {
    const app = await startApp({
      ...{ ROLE: 'api', DATABASE_URL: url, AUTH_SECRET: secret, API_KEY: randomBytes(32).toString('hex') },
      ...{ HTTP_PORT: String(port), LOG_LEVEL: 'warn', RATE_LIMIT_ADDRESS_PER_MINUTE: '0' },
    });
    return await measureApp(app, url);
  } finally {
    for (const node of nodes) node.stop();
  }
}

async function measureApp(app: TestApp, url: string): Promise<Record<string, unknown>> {
  try {
    await delay(WARM_UP_MS);
    await assertBusy(url);
    const figures = await overWindow(app, url);
    await assertBusy(url);
    return figures;
  } finally {
    console.error(app.log());
    await app.stop();
  }
}

async function overWindow(app: TestApp, url: string): Promise<Record<string, unknown>> {
  const ids = await someChannels(url);
  const token = await app.token('viewer', 'Viewer');
  const before = { api: cpuSecondsOf(app.pid), postgres: postgresSeconds(app) };
  const began = performance.now();
  const [gets, accepts] = await Promise.all([
    spread(GETS, async (i) => {
      return timed(() => app.api('GET', `/v1/channels/${ids[i % ids.length]}`, undefined, token));
    }),
    spread(ACCEPTS, (i) => acceptance(app, i)),
  ]);
  const seconds = (performance.now() - began) / 1000;
  const cores = (used: number) => Math.round((used / seconds) * 1000) / 1000;
  return {
    channels: CHANNELS,
    apiCores: cores(cpuSecondsOf(app.pid) - before.api),
    postgresCores: cores(postgresSeconds(app) - before.postgres),
    getP95Ms: p95(gets),
    acceptP95Ms: p95(accepts),
  };
}

/** From the host's acceptance of a viewer's application to its answer, ms. */
async function acceptance(app: TestApp, i: number): Promise<number> {
  const [host, guest] = await Promise.all([
    app.token(`new-host-${i}`, 'Host'),
    app.token(`new-guest-${i}`, 'Guest'),
  ]);
  const { id } = (await app.api<ChannelView>('POST', '/v1/channels', { title: 'New' }, host)).body;
  const path = `/v1/channels/${id}/co-host/invitations`;
  const asked = (await app.api<InvitationView>('POST', path, { kind: 'apply' }, guest)).body;
  return timed(() =>
    app.api<AcceptView>('POST', `/v1/co-host/invitations/${asked.id}/accept`, undefined, host),
  );
}

async function timed(request: () => Promise<{ status: number; text: string }>): Promise<number> {
  const began = performance.now();
  const { status, text } = await request();
  if (status >= 400) throw new Error(`${status} ${text}`);
  return performance.now() - began;
}

/** Does something so many times, spread evenly over the window. */
async function spread(count: number, work: (i: number) => Promise<number>): Promise<number[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      await delay(((i + 0.5) * WINDOW_MS) / count);
      return work(i);
    }),
  );
}

function p95(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * 0.95)] ?? 0) * 10) / 10;
}

/** CPU time of the server and of its connections, s. */
function postgresSeconds(app: TestApp): number {
  const others = new Set([app.pid, ...descendantsOf(app.pid)]);
  const server = descendantsOf(process.pid).filter((pid) => !others.has(pid));
  return server.reduce((sum, pid) => sum + cpuSecondsOf(pid, true), 0);
}

async function someChannels(url: string): Promise<string[]> {
  const rows = await query<{ id: string }>(url, `SELECT id FROM channels ORDER BY random() LIMIT ${GETS}`);
  return rows.map(({ id }) => id);
}

/** Nothing of the evening has ended by itself. @throws Error */
async function assertBusy(url: string): Promise<void> {
  const [row] = await query<{ live: number; sessions: number }>(
    url,
    `SELECT (SELECT count(*)::int FROM channels WHERE live) AS live,
            (SELECT count(*)::int FROM co_host_sessions WHERE state = 'live') AS sessions`,
  );
  if (row?.live !== LIVE || row.sessions !== CO_HOSTED)
    throw new Error(`not as meant: ${JSON.stringify(row)}`);
}

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const db = new Client({ connectionString: url });
  await db.connect();
  try {
    return (await db.query<T>(sql)).rows;
  } finally {
    await db.end();
  }
}
