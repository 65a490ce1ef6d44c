import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeCredential, parseNodeKey, Signer } from '../../../src/auth';
import type { ChannelView, ListView, NodeView, PushUrlView } from '../../../src/contracts';
import { CONTROL_SECRETS } from '../../../src/platform/config';
import { launch, type Launched, startApp, type TestApp } from '../../support/app/app-process';
import { send } from '../../support/app/http';
import { freePorts } from '../../support/process/ports';
import { descendantsOf, environmentOf, names } from '../../support/process/processes';
import { until } from '../../support/waiting/until';

jest.setTimeout(180_000);

/** One media process of ROLE=all, and one that was started alone as on another machine. */
describe('a media process', () => {
  const secrets = {
    AUTH_SECRET: randomBytes(32).toString('hex'),
    API_KEY: randomBytes(32).toString('hex'),
    METRICS_TOKEN: randomBytes(32).toString('hex'),
  };
  let app: TestApp;
  let alone: Launched;
  let nodeKey: string;
  let mediaUrl: string;
  let token: string;

  beforeAll(async () => {
    app = await startApp(secrets);
    nodeKey = await printedKey(app.dataDir, secrets.AUTH_SECRET);
    const [http, rtmp, udp] = await freePorts(3);
    mediaUrl = `http://127.0.0.1:${http}`;
    const ports = { MEDIA_HTTP_PORT: `${http}`, RTMP_PORT: `${rtmp}`, MAS_UDP_PORT: `${udp}` };
    const where = { PUBLIC_HOST: '127.0.0.1', CONTROL_URL: app.url };
    alone = launch({ ...ports, ...where, ROLE: 'media', NODE_ID: 'node-2', NODE_KEY: nodeKey });
    token = await app.token('admin', 'Admin', 'admin');
    await until(async () => (await nodes()).some(({ id, alive }) => id === 'node-2' && alive));
  });
  afterAll(async () => {
    alone?.child.kill('SIGTERM');
    await alone?.exited;
    await app?.stop();
  });

  const nodes = async () =>
    (await app.api<ListView<NodeView>>('GET', '/v1/nodes', undefined, token)).body.items;
  const report = (nodeId: string, bearer: string) =>
    send('POST', `${app.url}/internal/nodes/${nodeId}/report`, { token: bearer, body: {} });

  it('has no secret of control in its environment, nor has a mixer, Postgres, or anything else that is started', async () => {
    const children = () => [...descendantsOf(app.pid), alone.child.pid!, ...descendantsOf(alone.child.pid!)];
    const kinds = ['ROLE=media', 'mix-process.js', 'postgres'];
    await until(() => kinds.every((kind) => children().some((pid) => names(pid, kind))));
    for (const pid of children()) {
      const environment = environmentOf(pid);
      expect(CONTROL_SECRETS.filter((name) => environment.includes(`${name}=`))).toEqual([]);
      for (const secret of Object.values(secrets)) expect(environment).not.toContain(secret);
    }
  });

  it('lets in by what control has signed', async () => {
    const { body: channel } = await app.api<ChannelView>('POST', '/v1/channels', { title: 't' }, token);
    const { body } = await app.api<PushUrlView>('POST', `/v1/channels/${channel.id}/push-url`, {}, token);
    const offer = (bearer: string) =>
      send('POST', body.whip.url, {
        token: bearer,
        body: 'v=0',
        headers: { 'content-type': 'application/sdp' },
      });
    expect((await offer(body.whip.token)).status).not.toBe(401);
    const forged = await new Signer(nodeKey.split('.')[0]!).sign(
      'push',
      { channelId: channel.id, role: 'host', epoch: 1 },
      60,
    );
    expect((await offer(forged)).status).toBe(401);
  });

  it('can make nothing of what it holds: no admin, no other node, no command', async () => {
    const { secret } = parseNodeKey(nodeKey);
    const forger = new Signer(secret.toString('base64url'));
    const admin = await forger.sign('api', { sub: 'x', name: 'X', role: 'admin' }, 600);
    expect((await app.api('GET', '/v1/nodes', undefined, admin)).status).toBe(401);
    const own = new NodeCredential(secret);
    expect((await report('node-1', own.token())).status).toBe(401);
    const command = await forger.sign('control', { nodeId: 'node-1', call: 'GET /control/snapshot' }, 60);
    for (const bearer of [own.token(), command]) {
      expect((await send('GET', `${app.mediaUrl}/control/snapshot`, { token: bearer })).status).toBe(401);
    }
  });

  it('takes a command of control once, and none that is another’s', async () => {
    const control = new Signer(secrets.AUTH_SECRET);
    const snapshot = { nodeId: 'node-2', call: 'GET /control/snapshot' };
    const recorded = await control.sign('control', snapshot, 60);
    const ask = (url: string, bearer: string) => send('GET', `${url}/control/snapshot`, { token: bearer });
    expect((await ask(app.mediaUrl, recorded)).status).toBe(401);
    expect((await ask(mediaUrl, recorded)).status).toBe(200);
    expect((await ask(mediaUrl, recorded)).status).toBe(401);
  });
});

/** What an operator gets for another machine. */
async function printedKey(dataDir: string, AUTH_SECRET: string): Promise<string> {
  const printed = launch({ DATA_DIR: dataDir, AUTH_SECRET }, ['node-2'], 'roles/node-key.js');
  expect(await printed.exited).toBe(0);
  const [, key = ''] = /^NODE_ID=node-2\nNODE_KEY=(\S+)\n$/.exec(printed.log()) ?? [];
  return key;
}

describe('npm run node-key', () => {
  it('takes the secret that a start has made, and says what it needs', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lianmai-key-'));
    const none = launch({ DATA_DIR: dir }, ['node-2'], 'roles/node-key.js');
    expect(await none.exited).toBe(1);
    expect(none.log()).toBe(`lianmai: no AUTH_SECRET is given, and there is none in ${dir}\n`);
    rmSync(dir, { recursive: true });
  });
});
