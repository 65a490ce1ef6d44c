import { randomUUID } from 'node:crypto';
import type { ListView, ProblemDetails } from '../../../src/contracts';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';

let control: ControlPlane;
let api: TestApi;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
  api = control.api;
}, 60_000);
afterAll(() => control.stop());

const sql = (query: string) => api.sql<Record<string, unknown>[]>(query);
const admin = () => api.token(`admin-${randomUUID()}`, { role: 'admin' });

describe('cursors', () => {
  type Item = { id: string };
  const page = async (path: string, limit: number, cursor: string | null = null) => {
    const query = `${path}?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
    return (await api.request<ListView<Item>>('GET', query, { token: await admin() })).body;
  };

  it.each([
    ['/v1/channels', () => api.must('pager', 'POST', 'channels', { title: 'x' })],
    ['/v1/conferences', () => api.must('pager', 'POST', 'conferences', {})],
  ])('walk %s without gaps or repeats while others are added', async (path, add) => {
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift(((await add()) as Item).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { items, nextCursor }: ListView<Item> = await page(path, 2, cursor);
      expect(items.length).toBeLessThanOrEqual(2);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
      if (seen.length === 2) await add();
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 5)).toEqual(made);
  });

  it('tell rows of the same moment apart', async () => {
    await sql(`UPDATE channels SET created_at = '2020-01-01T00:00:00.123456Z' WHERE owner_id = 'pager'`);
    const [{ n } = {}] = await sql(`SELECT count(*)::int AS n FROM channels`);
    const seen: string[] = [];
    for (let cursor: string | null = '', first = true; cursor !== null; first = false) {
      const { items, nextCursor }: ListView<Item> = await page('/v1/channels', 1, first ? null : cursor);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(new Set(seen).size).toBe(n);
    expect(seen).toHaveLength(n as number);
  });

  it('walk the nodes, which have a cursor of their own', async () => {
    await sql(`INSERT INTO media_nodes (id) VALUES ('node-2'), ('node-3')`);
    const first = await page('/v1/nodes', 2);
    const second = await page('/v1/nodes', 2, first.nextCursor);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['node-1', 'node-2', 'node-3']);
    expect(second.nextCursor).toBeNull();
  });

  const foreign = Buffer.from('["node-1"]').toString('base64url');
  it.each(['limit=0', 'limit=501', 'limit=x', 'cursor=%20', 'cursor=garbage', `cursor=${foreign}`, 'page=2'])(
    'refuse ?%s',
    async (query) => {
      const { status, body } = await api.request<ProblemDetails>('GET', `/v1/channels?${query}`, {
        token: await admin(),
      });
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_input' });
    },
  );
});
