import type { ChannelView, ListView, ProblemDetails, PushUrlView } from '../../../src/contracts';
import { LiveFacade, LiveModule } from '../../../src/live';
import { NodesFacade, NodesModule } from '../../../src/nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';

const nodes = new FakeNodes();
let api: TestApi;
let live: LiveFacade;
beforeAll(async () => {
  api = await TestApi.start({ rooms: [LiveModule], fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)] });
  live = api.get(LiveFacade);
});
afterAll(() => api.stop());
beforeEach(() => {
  nodes.alive = [fakeNode('node-a'), fakeNode('node-b')];
  nodes.commands.length = 0;
});

const as = <T>(user: string, method: string, path: string, body?: unknown) =>
  api.request<T>(method, path, { as: user, body });
const create = async (owner = 'host') =>
  (await as<ChannelView>(owner, 'POST', '/v1/channels', { title: ' A channel ' })).body;
const pushUrl = async (id: string, user = 'host') =>
  (await as<PushUrlView>(user, 'POST', `/v1/channels/${id}/push-url`)).body;

describe('channels', () => {
  it('are made with defaults, listed newest first, and shown', async () => {
    const first = await create();
    const second = await create();
    expect(first).toMatchObject({
      title: 'A channel',
      ownerId: 'host',
      mixingMode: 'server',
      layout: { kind: 'grid', fit: 'crop', background: '#101418' },
      output: {
        width: 1280,
        height: 720,
        fps: 25,
        gop: 50,
        videoBitrate: 1_500_000,
        audioBitrate: 128_000,
      },
      source: 'none',
      viewers: 0,
    });
    const list = await as<ListView<ChannelView>>('viewer', 'GET', '/v1/channels');
    expect(list.body.items.slice(0, 2).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect((await as('viewer', 'GET', `/v1/channels/${first.id}`)).body).toEqual(first);
  });

  it('for another user are made by admins only', async () => {
    const body = { title: 'x', ownerId: 'other' };
    expect((await as('host', 'POST', '/v1/channels', body)).status).toBe(403);
    const made = await as<ChannelView>('admin', 'POST', '/v1/channels', body);
    expect(made).toMatchObject({ status: 201, body: { ownerId: 'other' } });
    await pushUrl(made.body.id, 'other');
    expect((await live.get(made.body.id)).ownerName).toBe('name of other');
  });

  it.each(['no-id', '5f0c1c7e-0000-4000-8000-000000000000'])('that are not there: %s', async (id) => {
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/push-url'],
      ['GET', '/playback'],
    ] as const) {
      const answer = await as<ProblemDetails>(
        'host',
        method,
        `/v1/channels/${id}${path}`,
        method === 'PATCH' ? {} : undefined,
      );
      expect(answer).toMatchObject({ status: 404, body: { code: 'channel_not_found' } });
    }
  });
});

describe('PATCH', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await create());
  });
  const patch = <T = ProblemDetails>(body: unknown, user = 'host') =>
    as<T>(user, 'PATCH', `/v1/channels/${id}`, body);

  it('changes what is given and keeps the rest', async () => {
    const layout = {
      kind: 'custom',
      fit: 'fit',
      background: '#FFffff',
      rects: [
        { seat: 0, x: 0, y: 0, width: 1 / 3, height: 1, z: 0, fit: 'crop' },
        { seat: 1, x: 1 / 3, y: 0.1, width: 2 / 3, height: 0.9, z: 1, fit: 'fit' },
      ],
    };
    expect((await patch<ChannelView>({ layout })).body).toMatchObject({ layout, title: 'A channel' });
    const output = {
      width: 640,
      height: 360,
      fps: 15,
      gop: 30,
      videoBitrate: 500_000,
      audioBitrate: 64_000,
    };
    expect((await patch<ChannelView>({ output, title: 'New' })).body).toMatchObject({
      layout,
      output,
      title: 'New',
    });
  });

  it('of the mixing mode is for admins', async () => {
    expect(await patch({ mixingMode: 'client', title: 'Sneaked' })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
    });
    expect((await live.get(id)).title).not.toBe('Sneaked');
    const changed = await patch<ChannelView>({ mixingMode: 'client' }, 'admin');
    expect(changed).toMatchObject({ status: 200, body: { mixingMode: 'client' } });
  });

  it('is for the owner', async () => {
    expect((await patch({ title: 'Mine' }, 'viewer')).status).toBe(403);
  });

  const grid = { kind: 'grid', fit: 'crop', background: '#000000' };
  const rect = { seat: 0, x: 0, y: 0, width: 0.5, height: 0.5, z: 0, fit: 'crop' };
  const custom = (...rects: unknown[]) => ({ layout: { ...grid, kind: 'custom', rects } });
  const output = { width: 640, height: 360, fps: 25, gop: 50, videoBitrate: 500_000, audioBitrate: 64_000 };
  it.each([
    [{ title: null }, /title/],
    [{ layout: null }, /layout/],
    [{ layout: [] }, /layout/],
    [{ layout: [grid] }, /layout/],
    [{ layout: { ...grid, kind: 'spiral' } }, /layout: kind/],
    [{ layout: { ...grid, background: 'red' } }, /#rrggbb/],
    [{ layout: { ...grid, names: 'yes' } }, /names/],
    [{ layout: { ...grid, extra: 1 } }, /extra/],
    [{ layout: { ...grid, rects: [rect] } }, /custom only/],
    [{ layout: { ...grid, kind: 'custom' } }, /rects/],
    [custom(), /rects/],
    [custom(null), /rects/],
    [custom({ ...rect, x: 0.6 }), /x \+ width/],
    [custom({ ...rect, y: -0.1 }), /layout\.rects\.0: y/],
    [custom({ ...rect, width: 0 }), /width/],
    [custom({ ...rect, x: '0' }), /x must be a number/],
    [custom({ ...rect, seat: 16 }), /seat/],
    [custom(rect, rect), /every seat once/],
    [custom(...Array.from({ length: 17 }, (_, seat) => ({ ...rect, seat }))), /16/],
    [{ output: { ...output, width: 641 } }, /width/],
    [{ output: { ...output, width: 1922 } }, /width/],
    [{ output: { ...output, height: 158 } }, /height/],
    [{ output: { ...output, fps: 4 } }, /fps/],
    [{ output: { ...output, fps: 61 } }, /fps/],
    [{ output: { ...output, gop: 0 } }, /gop/],
    [{ output: { ...output, videoBitrate: 1e9 } }, /videoBitrate/],
    [{ output: { ...output, audioBitrate: 1 } }, /audioBitrate/],
    [{ output: { width: 640 } }, /height/],
    [{ ownerId: 'thief' }, /ownerId/],
    [{ source: 'host' }, /source/],
  ])('refuses %j', async (body, reason) => {
    const answer = await patch(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(answer.body.detail).toMatch(reason);
  });
});
