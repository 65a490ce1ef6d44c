import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Signer } from '../../../src/auth';
import type { ChannelView, ListView, NodeView } from '../../../src/contracts';
import { CONTROL_SECRETS } from '../../../src/platform/config';
import { launch, startApp, type TestApp } from '../../support/app/app-process';
import { freePorts } from '../../support/process/ports';
import { processesNaming } from '../../support/process/processes';
import { until } from '../../support/waiting/until';

/** A start takes 3 s of CPU, which may be a long time on a busy machine. */
jest.setTimeout(120_000);

/** Runs what the build made: a start of the whole app, as a user sees it. */
describe('npm start', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.stop());

  it('tells where it is, with a link that logs an admin in once', async () => {
    await until(() => app.log().includes('Ctrl-C stops everything'));
    expect(app.log()).toContain(`RTMP      ${app.rtmpUrl}`);
    const [, code] = /\/login#code=(\S+)/.exec(app.log()) ?? [];
    const login = await app.api<{ token: string; user: unknown }>('POST', '/v1/login', { code });
    expect(login.body.user).toMatchObject({ id: 'admin', role: 'admin' });
    const nodes = await app.api<ListView<NodeView>>('GET', '/v1/nodes', undefined, login.body.token);
    expect(nodes.body.items).toMatchObject([{ mediaUrl: app.mediaUrl, rtmpUrl: app.rtmpUrl, alive: true }]);
    expect((await app.api('POST', '/v1/login', { code })).status).toBe(401);
    expect((await app.api('GET', '/v1/nodes', undefined, await app.token('u', 'U'))).status).toBe(403);
  });

  it('keeps its secrets to itself', () => {
    expect(statSync(join(app.dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(app.log()).not.toContain(app.apiKey);
  });

  it('refuses a second start in the same folder and says who runs', async () => {
    const second = launch(app.env);
    expect(await second.exited).toBe(1);
    expect(second.log()).toContain(`process ${app.pid}, at ${app.url}`);
    expect(second.log().trim().split('\n')).toHaveLength(1);
  });

  it('starts a killed media process again', async () => {
    const before = app.mediaPid;
    process.kill(before, 'SIGKILL');
    await until(() => app.log().includes('media node restarted'));
    expect(app.mediaPid).not.toBe(before);
    expect((await app.api('GET', '/health/ready')).status).toBe(200);
  });

  it('leaves nothing behind when it is killed, and has its data after the next start', async () => {
    const token = await app.token('host', 'Host');
    const created = await app.api<ChannelView>('POST', '/v1/channels', { title: 'kept' }, token);
    expect(created.status).toBe(201);
    await app.end('SIGKILL');
    await app.nothingLeft();
    await app.restart();
    const found = await app.api<ChannelView>('GET', `/v1/channels/${created.body.id}`, undefined, token);
    expect(found.body.title).toBe('kept');
  });

  it('ends in order at Ctrl-C, which a terminal sends to its children too', async () => {
    for (const pid of [app.mediaPid]) process.kill(pid, 'SIGINT');
    expect((await app.api('GET', '/health/ready')).status).toBe(200);
    expect(await app.end('SIGINT')).toBe(0);
    expect(app.processes()).toEqual([]);
    expect(app.log()).not.toMatch(/"level":(50|60)/);
    expect(existsSync(join(app.dataDir, 'postgres/data/postmaster.pid'))).toBe(false);
    expect(readFileSync(join(app.dataDir, 'postgres/server.log'), 'utf8')).not.toMatch(
      /PANIC|was not properly/,
    );
    await app.restart();
  });

  it('ends at once at a second Ctrl-C', async () => {
    let gone = false;
    const ended = app.end('SIGINT').then(() => (gone = true));
    await until(() => app.log().includes('"ending"'));
    // For half a second it counts as the first one, which npm has passed on.
    await until(() => {
      void app.end('SIGINT');
      return gone;
    });
    await ended;
    await app.nothingLeft();
    await app.restart();
  });
});

describe('npm start that can’t be', () => {
  let dir: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lianmai-app-'));
    const [http, media, rtmp, udp] = await freePorts(4);
    env = {
      DATA_DIR: dir,
      HTTP_PORT: `${http}`,
      MEDIA_HTTP_PORT: `${media}`,
      RTMP_PORT: `${rtmp}`,
      MAS_UDP_PORT: `${udp}`,
    };
  });
  afterEach(() => {
    expect(processesNaming(dir)).toEqual([]);
    rmSync(dir, { recursive: true, force: true });
  });

  it('names the wrong variable and keeps its value to itself', async () => {
    const start = launch({ ...env, AUTH_SECRET: 'hunter2' });
    expect(await start.exited).toBe(78);
    expect(start.log()).toMatch(/^lianmai: AUTH_SECRET: .*\n$/);
    expect(start.log()).not.toContain('hunter2');
  });

  it.each(['api', 'media', 'mixer'])('names what ROLE=%s needs', async (ROLE) => {
    const start = launch({ ...env, ROLE });
    expect(await start.exited).toBe(78);
    expect(start.log()).toMatch(
      new RegExp(`^lianmai: (DATABASE_URL|AUTH_SECRET|NODE_KEY): needed with ROLE=${ROLE}.*\\n$`),
    );
  });

  it.each(CONTROL_SECRETS)('keeps %s from a media process', async (variable) => {
    const value = variable.endsWith('_URL') ? 'postgres://localhost/x' : 'x'.repeat(32);
    const given = { [variable]: variable === 'REDIS_URL' ? 'redis://localhost' : value };
    const start = launch({ ...env, ...given, ROLE: 'media', NODE_KEY: new Signer('a').nodeKey('node-1') });
    expect(await start.exited).toBe(78);
    expect(start.log()).toMatch(new RegExp(`^lianmai: ${variable}: not for ROLE=media, .*\\n$`));
  });

  it.each(['HTTP_PORT', 'MEDIA_HTTP_PORT', 'RTMP_PORT'])('names %s when it is taken', async (variable) => {
    const thief = createServer().listen(Number(env[variable]), '127.0.0.1');
    await once(thief, 'listening');
    const start = launch(env);
    expect(await start.exited).toBe(1);
    expect(start.log()).toBe(
      `lianmai: port ${env[variable]} is taken by another program; set ${variable} to a free one\n`,
    );
    await once(thief.close(), 'close');
  });

  it('names MAS_UDP_PORT when it is taken', async () => {
    const thief = createSocket('udp4').bind(Number(env.MAS_UDP_PORT), '127.0.0.1');
    await once(thief, 'listening');
    const start = launch(env);
    expect(await start.exited).toBe(1);
    expect(start.log()).toContain(`port ${env.MAS_UDP_PORT} is taken by another program; set MAS_UDP_PORT`);
    await once(thief.close(), 'close');
  });
});
