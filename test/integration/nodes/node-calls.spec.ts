import { NodeCredential, parseNodeKey, Signer } from '../../../src/auth';
import type { ListView, NodeView, ProblemDetails } from '../../../src/contracts';
import type { NodeReport } from '../../../src/media/contract';
import { NodesModule } from '../../../src/nodes';
import { TestApi } from '../../support/app/test-api';
import { prepareDatabase } from '../../support/database/test-database';

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
