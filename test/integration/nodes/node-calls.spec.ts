import { NodeCredential, parseNodeKey, Signer } from '../../../src/auth';
import type { ListView, NodeView, ProblemDetails } from '../../../src/contracts';
import type { NodeReport } from '../../../src/media/contract';
import { NodeReported, NodesModule } from '../../../src/nodes';
import { TestApi } from '../../support/app/test-api';
import { prepareDatabase } from '../../support/database/test-database';
import { until } from '../../support/waiting/until';

/** Of a media node to control, at two API processes. */
describe('calls of a node', () => {
  let database: Awaited<ReturnType<typeof prepareDatabase>>;
  let one: TestApi;
  let other: TestApi;
  const credentials = new Map<string, NodeCredential>();

  beforeAll(async () => {
    database = await prepareDatabase();
    const start = () => TestApi.start({ databaseUrl: database.url, rooms: [NodesModule] });
    [one, other] = [await start(), await start()];
  });
  afterAll(async () => {
    await one.stop();
    await other.stop();
    await database.drop();
  });

  const tokenOf = (nodeId: string) => {
    const { secret } = parseNodeKey(one.signer.nodeKey(nodeId));
    const credential = credentials.get(nodeId) ?? new NodeCredential(secret);
    credentials.set(nodeId, credential);
    return credential.token();
  };
  const report = async (
    nodeId: string,
    token: string | undefined,
    body: unknown = reportOf(nodeId),
    api = one,
  ) => {
    const reply = await api.request<ProblemDetails>('POST', `/internal/nodes/${nodeId}/report`, {
      token,
      body,
    });
    return reply.status === 204 ? 'taken' : reply.body.code;
  };
  const known = async () => {
    const { body } = await one.as<ListView<NodeView>>('admin', 'GET', 'nodes');
    return body.items.map(({ id, mediaUrl }) => `${id} ${mediaUrl}`);
  };

  it('are taken under its own token, and no other', async () => {
    expect(await report('n1', undefined)).toBe('token_missing');
    expect(await report('n1', tokenOf('n2'))).toBe('token_invalid');
    expect(await report('n1', await one.token('admin'))).toBe('token_invalid');
    const foreign = new Signer('f'.repeat(32)).nodeKey('n1');
    expect(await report('n1', new NodeCredential(parseNodeKey(foreign).secret).token())).toBe(
      'token_invalid',
    );
    expect(await known()).toEqual([]);
    expect(await report('n1', tokenOf('n1'))).toBe('taken');
    expect(await known()).toEqual(['n1 http://n1']);
  });

  it('are taken once, at whichever process they come in, and none after a newer one', async () => {
    const [first, second] = [tokenOf('n3'), tokenOf('n3')];
    expect(await report('n3', second)).toBe('taken');
    for (const api of [one, other]) {
      expect(await report('n3', second, reportOf('recorded'), api)).toBe('token_invalid');
      expect(await report('n3', first, reportOf('recorded'), api)).toBe('token_invalid');
    }
    expect(await known()).toContain('n3 http://n3');
    expect(await report('n3', tokenOf('n3'), undefined, other)).toBe('taken');
  });

  it('of the same moment are taken once', async () => {
    const token = tokenOf('n4');
    const answers = await Promise.all(
      [one, other, one, other].map((api) => report('n4', token, undefined, api)),
    );
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
  });

  describe('that say what no node does', () => {
    const id = '8f14e45f-ceea-467f-a0e6-0c2d1b8a3f11';
    const channel = {
      ...{ channelId: id, source: 'host', epoch: 1, viewers: 1, settings: '', relay: null },
      publishers: [{ role: 'host', epoch: 1, active: true }],
      video: { width: 640, height: 360, fps: 25 },
    };
    const member = {
      ...{ memberId: id, userId: 'ann', connected: true, audio: true, video: true, permissions: 1 },
    };
    const snapshotOf = (one: object) => ({
      snapshot: { channels: [{ ...channel, ...one }], conferences: [] },
    });
    const eventOf = (event: unknown, seq: unknown = 1) => ({ events: [{ seq, event }] });
    const whole = reportOf('n6');

    it.each<[string, unknown]>([
      ['nothing', {}],
      ['a list', []],
      ['null', 'null'],
      ['no snapshot', { ...whole, snapshot: null }],
      ['no channels', { ...whole, snapshot: { conferences: [] } }],
      ['a number that is none', { ...whole, seq: 'a' }],
      ['a number beyond all', { ...whole, seq: 2 ** 31 }],
      ['a half number', { ...whole, seq: 1.5 }],
      ['a boot without end', { ...whole, bootId: 'b'.repeat(129) }],
      ['an address without end', { ...whole, mediaUrl: `http://${'m'.repeat(100_000)}` }],
      ['another kind of address', { ...whole, controlUrl: 'file:///etc/passwd' }],
      ['NUL', { ...whole, rtmpUrl: 'rtmp://a\u0000b' }],
      ['no port', { ...whole, rtmpPort: 65_536 }],
      ['a channel that is no id', { ...whole, ...snapshotOf({ channelId: 'c' }) }],
      ['a source of another kind', { ...whole, ...snapshotOf({ source: 'x' }) }],
      ['viewers below nothing', { ...whole, ...snapshotOf({ viewers: -1 }) }],
      ['publishers that are none', { ...whole, ...snapshotOf({ publishers: [null] }) }],
      ['an event of nothing', { ...whole, ...eventOf(null) }],
      ['an event of another kind', { ...whole, ...eventOf({ type: 'x' }) }],
      ['an event without its place', { ...whole, ...eventOf({ type: 'channel', ...channel }, null) }],
      ['a member of nothing', { ...whole, ...eventOf({ type: 'member', ...member }) }],
    ])('are refused, and change nothing: %s', async (_, body) => {
      const before = await known();
      expect(await report('n6', tokenOf('n6'), body)).toBe('invalid_input');
      // The call was the node's.
      expect((await known()).filter((node) => node !== 'n6 ')).toEqual(
        before.filter((node) => node !== 'n6 '),
      );
    });

    it('are no others: a picture of which a publisher says nonsense is unknown, and what is newer is left out', async () => {
      const told: NodeReported[] = [];
      one.bus.on(NodeReported, (news) => void told.push(news));
      const body = {
        ...whole,
        ...snapshotOf({ video: { width: -4, height: 1e9, fps: null }, more: 1 }),
        load: 1.5,
      };
      expect(await report('n6', tokenOf('n6'), { ...body, more: 1 })).toBe('taken');
      await until(() => told.length === 1);
      expect(told[0]!.snapshot).toEqual(snapshotOf({ video: null }).snapshot);
      const upper = { ...snapshotOf({ channelId: id.toUpperCase() }), seq: 2 };
      expect(await report('n6', tokenOf('n6'), { ...whole, ...upper })).toBe('taken');
      await until(() => told.length === 2);
      expect(told[1]!.snapshot).toEqual(snapshotOf({}).snapshot);
    });
  });

  it('are of this moment', async () => {
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now');
    clock.mockReturnValue(now - 31_000);
    const late = tokenOf('n5');
    clock.mockReturnValue(now + 60_000);
    const early = tokenOf('n5');
    clock.mockRestore();
    expect(await report('n5', late)).toBe('token_invalid');
    expect(await report('n5', early)).toBe('token_invalid');
  });
});

function reportOf(name: string): NodeReport {
  return {
    bootId: name,
    seq: 1,
    mediaUrl: `http://${name}`,
    rtmpUrl: 'rtmp://media',
    controlUrl: 'http://control',
    rtmpPort: 1935,
    load: 0,
    events: [],
    snapshot: { channels: [], conferences: [] },
  };
}
