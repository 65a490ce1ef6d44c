import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { Signer } from '../../../src/auth';
import { type DomainEvent, EventBus } from '../../../src/platform/common';
import { readConfig, type RuntimeConfig } from '../../../src/platform/config';
import type { NodeReport } from '../../../src/media/contract';
import {
  MediaChannelChanged,
  MediaMemberChanged,
  NodeLost,
  NodeReported,
  NodeRestarted,
  NodesFacade,
} from '../../../src/nodes';
import { MediaNode, NodeFollower } from '../../../src/nodes/media-node.entity';
import { NodeControl } from '../../../src/nodes/node-control';
import { NodeLossWatch } from '../../../src/nodes/node-loss.watch';
import { NodeReports } from '../../../src/nodes/node-reports';
import type { LastingConnection } from '../../../src/platform/database';
import { NodesRepository } from '../../../src/nodes/nodes.repository';
import { createTestDatabase, type TestDatabase } from '../../support/database/test-database';

const signer = new Signer('a secret that is at least thirty-two bytes');
const config = { ...readConfig({}), DATABASE_URL: '', AUTH_SECRET: '', API_KEY: '' } as RuntimeConfig;

describe('nodes', () => {
  let database: TestDatabase;
  let db: DataSource;
  let reports: NodeReports;
  let nodes: NodesFacade;
  let told: DomainEvent[];
  let watch: NodeLossWatch;
  let hasDuty: boolean;
  /** Of the report before. */
  let seq = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [MediaNode, NodeFollower],
      synchronize: true,
    }).initialize();
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  beforeEach(async () => {
    await db.getRepository(MediaNode).clear();
    const bus = new EventBus();
    told = [];
    for (const type of [MediaChannelChanged, MediaMemberChanged, NodeReported, NodeLost, NodeRestarted]) {
      bus.on<DomainEvent>(type, (event) => void told.push(event));
    }
    const repository = new NodesRepository(db);
    const control = new NodeControl(signer);
    reports = new NodeReports(db, bus, repository, control);
    nodes = new NodesFacade(repository, control);
    const connection = { seekDuty: () => undefined, hasDuty: () => hasDuty } as unknown as LastingConnection;
    watch = new NodeLossWatch(config, db, bus, connection, repository, control, reports);
    hasDuty = true;
  });

  const names = () => told.map((event) => event.constructor.name);

  async function send(nodeId: string, report: Partial<NodeReport>): Promise<void> {
    await reports.take(nodeId, { ...emptyReport, seq: ++seq, ...report });
    // Handlers run in a turn of their own.
    await new Promise(setImmediate);
  }

  it('tells events once and in order, however often they are sent, then the snapshot', async () => {
    const bootId = randomUUID();
    await send('n1', { bootId, events: [channel(1, 'host'), channel(2, 'mix')] });
    await send('n1', { bootId, events: [channel(2, 'mix'), member(3)] });
    expect(names()).toEqual([
      'MediaChannelChanged',
      'MediaChannelChanged',
      'NodeReported',
      'MediaMemberChanged',
      'NodeReported',
    ]);
    expect(told[1]).toMatchObject({ nodeId: 'n1', channel: { channelId: 'c1', source: 'mix' } });
  });

  it('tells a new boot before what it reports, and counts its events anew', async () => {
    await send('n1', { bootId: randomUUID(), events: [channel(1, 'host'), channel(2, 'none')] });
    told = [];
    await send('n1', { bootId: randomUUID(), events: [channel(1, 'host')] });
    expect(names()).toEqual(['NodeRestarted', 'MediaChannelChanged', 'NodeReported']);
  });

  it('tells two reports that arrive at the same moment once each', async () => {
    const bootId = randomUUID();
    await Promise.all([1, 2, 3, 4].map(() => send('n1', { bootId, events: [channel(1, 'host')] })));
    expect(names().filter((name) => name === 'MediaChannelChanged')).toHaveLength(1);
  });

  it('ignores a report that comes after a newer one, whichever process it came to', async () => {
    const bootId = randomUUID();
    await send('n1', { bootId, seq: 8, events: [channel(1, 'host')] });
    told = [];
    await send('n1', { bootId, seq: 7, events: [channel(1, 'host'), channel(2, 'mix')] });
    expect(names()).toEqual([]);
    await send('n1', { bootId, seq: 9, events: [channel(2, 'mix')] });
    expect(names()).toEqual(['MediaChannelChanged', 'NodeReported']);
  });

  it('refuses a report of the boot before, which came late', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ bootId: second }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const controlUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await send('n1', { bootId: first, controlUrl });
    await send('n1', { bootId: second, seq: 1, controlUrl });
    told = [];
    await expect(send('n1', { bootId: first, controlUrl })).rejects.toMatchObject({ code: 'node_id_taken' });
    expect(names()).toEqual([]);
    server.closeAllConnections();
    await once(server.close(), 'close');
  });

  describe('that fall silent', () => {
    afterEach(() => jest.restoreAllMocks());

    const silence = (id: string) =>
      db.query(`UPDATE media_nodes SET last_seen_at = now() - interval '7 s' WHERE id = $1`, [id]);
    /** Looks at the nodes once a second, for so long. */
    const watchFor = async (seconds: number, fromMs = 0) => {
      for (let n = 0; n <= seconds; n++) {
        jest.spyOn(performance, 'now').mockReturnValue(fromMs + n * 1000);
        await watch.watch();
      }
      await new Promise(setImmediate);
    };
    const lost = () => told.filter((event) => event instanceof NodeLost);

    it('are lost once nobody answers there, once; until then nothing is moved from them', async () => {
      await send('n1', { controlUrl: 'http://127.0.0.1:9' });
      await send('n2', {});
      await silence('n1');
      expect(await nodes.find('n1')).toMatchObject({ id: 'n1', mediaUrl: 'http://media' });
      await watchFor(5);
      expect(lost()).toEqual([]);
      expect(await nodes.find('n1')).not.toBeNull();
      await watchFor(3, 6000);
      expect(lost()).toEqual([new NodeLost('n1', 2)]);
      expect(await nodes.find('n1')).toBeNull();
      await send('n1', {});
      expect(await nodes.find('n1')).not.toBeNull();
    });

    it('are not lost by a pause of the process that looks, nor without its duty', async () => {
      await send('n1', { controlUrl: 'http://127.0.0.1:9' });
      await silence('n1');
      await watchFor(5);
      // Stopped for a minute.
      await watchFor(5, 65_000);
      expect(lost()).toEqual([]);
      hasDuty = false;
      await watchFor(10, 71_000);
      expect(lost()).toEqual([]);
    });

    it('are not lost while they answer a call, and what they say then counts', async () => {
      const server = createServer((request, response) => {
        const known = request.url === '/control/snapshot';
        response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify(known ? { ...emptyReport, seq: seq + 1 } : {}));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      await send('n1', { controlUrl: `http://127.0.0.1:${port}` });
      await silence('n1');
      told = [];
      await watchFor(8);
      expect(names()).toEqual(['NodeReported']);
      expect(await nodes.find('n1')).not.toBeNull();
      server.closeAllConnections();
      await once(server.close(), 'close');
    });

    it('are told lost again by the next process that has the duty', async () => {
      await send('n1', {});
      await db.query(`UPDATE media_nodes SET alive = false`);
      await watchFor(0);
      expect(lost()).toEqual([new NodeLost('n1', 1)]);
    });
  });

  it('refuses a second process under the same id, as long as the first answers', async () => {
    const first = randomUUID();
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ bootId: first }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await send('n1', { bootId: first, controlUrl: `http://127.0.0.1:${port}` });
    const second = { bootId: randomUUID(), controlUrl: 'http://127.0.0.1:9' };
    await expect(send('n1', second)).rejects.toMatchObject({ code: 'node_id_taken' });
    server.closeAllConnections();
    await once(server.close(), 'close');
    await send('n1', second);
    expect(names()).toContain('NodeRestarted');
  });

  it('picks the least loaded living node', async () => {
    await expect(nodes.pick()).rejects.toMatchObject({ code: 'media_unavailable' });
    await send('n1', { load: 0.9 });
    await send('n2', { load: 0.1 });
    await send('n3', { load: 0 });
    await db.query(`UPDATE media_nodes SET last_seen_at = now() - interval '7 s' WHERE id = 'n3'`);
    expect((await nodes.pick()).id).toBe('n2');
  });

  describe('commands', () => {
    let server: Server;
    let seen: { url: string | undefined; authorization: string | undefined; body: string }[];
    let status: number;

    beforeEach(async () => {
      seen = [];
      status = 200;
      server = createServer((request, response) => {
        let body = '';
        request.on('data', (part: Buffer) => (body += part.toString()));
        request.on('end', () => {
          seen.push({ url: request.url, authorization: request.headers.authorization, body });
          response.writeHead(status).end('{}');
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      await send('n1', { controlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    });
    afterEach(() => void server.close());

    it('reach the node under a control token', async () => {
      await nodes.promote('n1', 'c 1', 'host', 4);
      await nodes.setPermissions('n1', 'conf', 'm1', { audio: true, video: false, version: 2 });
      expect(seen.map(({ url }) => url)).toEqual([
        '/control/channels/c%201/promote',
        '/control/conferences/conf/members/m1/permissions',
      ]);
      expect(JSON.parse(seen[0]!.body)).toEqual({ role: 'host', epoch: 4 });
      expect(await signer.verify('control', seen[0]!.authorization!.slice('Bearer '.length))).toMatchObject({
        nodeId: 'n1',
        call: 'POST /control/channels/c%201/promote',
      });
    });

    it('take it that what is not there needs no closing', async () => {
      status = 404;
      await expect(nodes.closeConference('n1', 'conf')).resolves.toBeUndefined();
    });

    it('fail as media_unavailable where the node refuses, is dead or unknown', async () => {
      status = 500;
      const unavailable = { code: 'media_unavailable' };
      await expect(nodes.closeMember('n1', 'conf', 'm1')).rejects.toMatchObject(unavailable);
      await expect(nodes.closeMember('n9', 'conf', 'm1')).rejects.toMatchObject(unavailable);
      server.close();
      server.closeAllConnections();
      await expect(nodes.disconnectPublishers('n1', 'c1', 'host')).rejects.toMatchObject(unavailable);
    });
  });
});

const emptyReport: NodeReport = {
  bootId: 'boot',
  seq: 0,
  mediaUrl: 'http://media',
  rtmpUrl: 'rtmp://media',
  controlUrl: 'http://control',
  rtmpPort: 1935,
  load: 0,
  events: [],
  snapshot: { channels: [], conferences: [] },
};

function channel(seq: number, source: 'none' | 'host' | 'mix'): NodeReport['events'][number] {
  return {
    seq,
    event: {
      type: 'channel',
      channelId: 'c1',
      source,
      epoch: 1,
      publishers: [],
      viewers: 0,
      video: null,
      settings: '',
      relay: null,
    },
  };
}

function member(seq: number): NodeReport['events'][number] {
  return {
    seq,
    event: {
      type: 'member',
      conferenceId: 'conf',
      memberId: 'm1',
      userId: 'u1',
      connected: true,
      audio: true,
      video: true,
      permissions: 1,
    },
  };
}
