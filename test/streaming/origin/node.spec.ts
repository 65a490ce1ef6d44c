import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { NodeReport } from '../../../src/media/contract';
import type { MediaNode } from '../../../src/media/node';
import { startTestNode } from '../../support/media/media-node';
import { FakeMas } from '../../support/fakes/fake-mas';
import { silentLogger } from '../../support/media/silent-logger';
import { until } from '../../support/waiting/until';

let node: MediaNode;
let mas: FakeMas;
const post = (path: string, body: object, token = 'control'): Promise<Response> =>
  fetch(`http://127.0.0.1:${node.httpPort}/control/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });

beforeEach(async () => {
  mas = new FakeMas();
  node = await startTestNode({ mas });
});
afterEach(() => node.close());

describe('media node', () => {
  it('answers control, and nobody else', async () => {
    expect((await post('conferences/here/close', {}, 'wrong')).status).toBe(401);
    expect((await post('conferences/here/close', {})).status).toBe(200);
    expect((await post('conferences/away/close', {})).status).toBe(404);
    expect((await post('conferences/here/release', {})).status).toBe(200);
    expect((await post('conferences/away/release', {})).status).toBe(404);
    expect((await post('conferences/a/members/here/close', {})).status).toBe(200);
    const permissions = { audio: false, video: true, version: 3 };
    expect((await post('conferences/a/members/here/permissions', permissions)).status).toBe(200);
    expect(
      (await post('conferences/a/members/here/permissions', { ...permissions, version: '3' })).status,
    ).toBe(400);
    expect((await post('channels/a/promote', { role: 'host', epoch: 3 })).status).toBe(404);
    expect((await post('channels/a/promote', { role: 'guest', epoch: 3 })).status).toBe(400);
    expect((await post('channels/a/nonsense', { role: 'host' })).status).toBe(404);
    expect(mas.calls).toContainEqual(['permissions', 'a', 'here', permissions]);
    node.hub.publish({ channelId: 'a', role: 'host', epoch: 1 }, () => undefined);
    expect((await post('channels/a/promote', { role: 'host', epoch: 3 })).status).toBe(200);
    const snapshot = await fetch(`http://127.0.0.1:${node.httpPort}/control/snapshot`, {
      headers: { Authorization: 'Bearer control' },
    });
    expect(await snapshot.json()).toMatchObject({
      seq: 1,
      snapshot: {
        channels: [{ channelId: 'a', publishers: [{ role: 'host', epoch: 3, active: false }] }],
        conferences: [],
      },
    });
  });

  it('refuses hostile bodies in words, and goes on', async () => {
    const send = async (body: string, path = 'channels/a/end') => {
      const response = await fetch(`http://127.0.0.1:${node.httpPort}/control/${path}`, {
        method: 'POST',
        headers: { Authorization: 'Bearer control' },
        body,
      });
      return [response.status, ((await response.json()) as { code?: string }).code];
    };
    expect(await send('['.repeat(1500))).toEqual([400, 'body_invalid']);
    expect(await send('{"epoch":'.repeat(1500) + '1' + '}'.repeat(1500))).toEqual([400, 'body_invalid']);
    expect(await send(`{"epoch":${'1'.repeat(20_000)}}`)).toEqual([413, 'body_too_large']);
    expect(await send('{"epoch":1}', 'channels/%E0/end')).toEqual([404, undefined]);
    expect(await send('{"epoch":1}')).toEqual([404, undefined]);
  });

  it('takes a request that is cut off for no fault of its own', async () => {
    const said: string[] = [];
    const logger = {
      ...silentLogger,
      debug: (_: object, text?: string) => said.push(`debug ${text}`),
      error: (_: object, text?: string) => said.push(`error ${text}`),
    };
    const other = await startTestNode({ mas, logger });
    const socket = connect(other.httpPort, '127.0.0.1');
    const head = ['POST /control/channels/a/end HTTP/1.1', 'Host: a', 'Authorization: Bearer control'];
    socket.end([...head, 'Content-Length: 9', '', '{'].join('\r\n'));
    await until(() => said.length > 0);
    expect(said).toEqual(['debug the request was cut off']);
    await other.close();
  });

  it('routes sockets to the MAS', async () => {
    for (const path of ['/mas', '/mas/egress']) {
      const socket = new WebSocket(`ws://127.0.0.1:${node.httpPort}${path}`);
      await once(socket, 'open');
      socket.terminate();
    }
    expect(mas.calls).toEqual([['participant'], ['mixer', '127.0.0.1']]);
    const stranger = new WebSocket(`ws://127.0.0.1:${node.httpPort}/elsewhere`);
    const [error] = (await once(stranger, 'error')) as [Error];
    expect(error.message).toContain('404');
  });

  it('names a taken port', async () => {
    await expect(startTestNode({ httpPort: node.httpPort })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: node.httpPort,
    });
    await expect(startTestNode({ rtmpPort: node.rtmpPort })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: node.rtmpPort,
    });
    expect(await (await fetch(`http://127.0.0.1:${node.httpPort}/healthz`)).text()).toBe('ok\n');
  });
});

describe('reports', () => {
  let control: Server;
  let reports: NodeReport[];
  let refuse: number;
  let reported: () => void = () => undefined;

  beforeEach(async () => {
    reports = [];
    refuse = 0;
    control = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        reports.push(JSON.parse(text) as NodeReport);
        response.writeHead(refuse-- > 0 ? 503 : 200).end();
        reported();
      });
    });
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void control.close());

  const untilReported = (predicate: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      reported = () => {
        if (predicate()) resolve();
      };
      reported();
    });

  it('tells events in order, and again until they were taken', async () => {
    refuse = 2;
    const { port } = control.address() as AddressInfo;
    const report = {
      urls: [`http://127.0.0.1:${port}/report`],
      headers: () => ({ Authorization: 'Bearer x' }),
      intervalMs: 60_000,
    };
    const reporting = await startTestNode({ mas, report });
    reporting.hub.publish({ channelId: 'a', role: 'host', epoch: 1 }, () => undefined);
    const member = {
      type: 'member',
      conferenceId: 'k',
      memberId: 'm',
      userId: 'u',
      connected: true,
      audio: true,
      video: true,
    };
    mas.emit('member', member);
    await untilReported(
      () => reports.filter(({ events }) => events.some(({ seq }) => seq === 2)).length > 0 && refuse < 0,
    );
    const taken = reports.at(-1)!;
    expect(taken.events.map(({ seq, event }) => [seq, event.type])).toEqual([
      [1, 'channel'],
      [2, 'member'],
    ]);
    expect(taken.snapshot.channels).toHaveLength(1);
    expect(taken.rtmpUrl).toBe(`rtmp://127.0.0.1:${reporting.rtmpPort}`);
    expect(taken.load).toBeGreaterThanOrEqual(0);
    expect(new Set(reports.map(({ bootId }) => bootId)).size).toBe(1);
    reporting.hub.promote('a', 'host', 2);
    await untilReported(() => reports.at(-1)!.events.some(({ seq }) => seq === 3));
    expect(reports.at(-1)!.events).toHaveLength(1);
    await reporting.close();
    await reporting.close();
  });
});
