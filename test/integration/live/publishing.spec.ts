import type { ChannelView, PlaybackView, PushUrlView } from '../../../src/contracts';
import { LiveFacade, LiveModule } from '../../../src/live';
import { NodesFacade, NodesModule, type MediaNodeRef } from '../../../src/nodes';
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
const grantIn = (url: string) =>
  api.signer.verify('push', new URL(url.replace('rtmp:', 'http:')).searchParams.get('token') ?? '');

describe('addresses', () => {
  it('to push go to owner and admin, signed for this channel as host', async () => {
    const { id } = await create();
    expect((await as('viewer', 'POST', `/v1/channels/${id}/push-url`)).status).toBe(403);
    const push = await pushUrl(id);
    expect(push.server).toBe('rtmp://node-a.example:1936/live');
    expect(push.url).toBe(`${push.server}/${push.key}`);
    expect(push.key.startsWith(`${id}?token=`)).toBe(true);
    expect(push.whip).toEqual({
      url: `https://node-a.example/whip/${id}`,
      token: push.key.slice(`${id}?token=`.length),
    });
    expect(Date.parse(push.expiresAt) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await grantIn(push.url)).toMatchObject({ channelId: id, role: 'host', epoch: 1 });
    expect((await as('admin', 'POST', `/v1/channels/${id}/push-url`)).status).toBe(200);
  });

  it('to play go to everyone, bound to the channel', async () => {
    const { id } = await create();
    const { body } = await as<PlaybackView>('viewer', 'GET', `/v1/channels/${id}/playback`);
    expect(body.flv).toMatch(new RegExp(`^https://node-a\\.example/live/${id}\\.flv\\?token=`));
    expect(body.wsFlv).toBe(body.flv.replace('https:', 'wss:'));
    expect(body.hls).toBe(body.flv.replace('.flv?', '.m3u8?'));
    expect(body.rtmp).toMatch(new RegExp(`^rtmp://node-a\\.example:1936/live/${id}\\?token=`));
    const token = new URL(body.flv).searchParams.get('token') ?? '';
    expect(await api.signer.verify('play', token)).toMatchObject({ channelId: id });
    expect(await api.signer.verify('push', token)).toBeNull();
  });

  it('stay on one node while it lives, and move when it is gone', async () => {
    const { id } = await create();
    await pushUrl(id);
    nodes.alive.reverse();
    expect((await pushUrl(id)).server).toContain('node-a');
    nodes.alive = [fakeNode('node-b')];
    expect((await pushUrl(id)).server).toContain('node-b');
    expect((await live.get(id)).nodeId).toBe('node-b');
  });

  it('agree on one node when asked for at the same moment', async () => {
    const { id } = await create();
    const six = Array.from({ length: 6 });
    nodes.alive = six.map((_, i) => ({
      ...fakeNode(`node-${i}`),
      controlUrl: `http://10.0.0.${i}:8081`,
    }));
    // Each is given another node, once all of them have seen the channel without one.
    const given: ((node: MediaNodeRef) => void)[] = [];
    const pick = jest.spyOn(nodes, 'pick').mockImplementation(
      () =>
        new Promise((resolve) => {
          given.push(resolve);
          if (given.length === 6) nodes.alive.forEach((node, i) => given[i]?.(node));
        }),
    );
    const targets = await Promise.all(six.map(() => live.mixTarget(id, 2)));
    pick.mockRestore();
    const { nodeId } = await live.get(id);
    const pinned = `10.0.0.${nodeId?.replace('node-', '')}`;
    expect(targets.map((target) => new URL(target).hostname)).toEqual(six.map(() => pinned));
  });

  it('are refused while no node lives', async () => {
    const { id } = await create();
    nodes.alive = [];
    expect(await as('host', 'POST', `/v1/channels/${id}/push-url`)).toMatchObject({
      status: 503,
      body: { code: 'media_unavailable' },
    });
  });
});

describe('hand-over', () => {
  it('gives every mix a newer epoch and leaves the host behind it until they are asked back', async () => {
    const { id } = await create();
    await pushUrl(id);
    expect(
      await Promise.all([live.beginMix(id), live.beginMix(id), live.beginMix(id)]).then((e) => e.sort()),
    ).toEqual([2, 3, 4]);
    const target = await live.mixTarget(id, 4);
    expect(target).toMatch(new RegExp(`^rtmp://10\\.0\\.0\\.1:1937/live/${id}\\?token=`));
    expect(await grantIn(target)).toMatchObject({ channelId: id, role: 'mix', epoch: 4 });
    expect(await grantIn((await pushUrl(id)).url)).toMatchObject({ epoch: 1 });
    await live.returnToHost(id);
    expect(nodes.commands).toEqual([{ command: 'promote', nodeId: 'node-a', id, role: 'host', epoch: 5 }]);
    expect(await grantIn((await pushUrl(id)).url)).toMatchObject({ role: 'host', epoch: 5 });
    await live.disconnectMix(id);
    expect(nodes.commands.at(-1)).toEqual({
      command: 'disconnect',
      nodeId: 'node-a',
      id,
      role: 'mix',
    });
  });

  it('does without the node when it is gone', async () => {
    const { id } = await create();
    await pushUrl(id);
    nodes.alive = [];
    await live.returnToHost(id);
    await live.disconnectMix(id);
    expect((await live.get(id)).hostEpoch).toBe(2);
  });

  it('refuses an unknown channel', async () => {
    await expect(live.beginMix('5f0c1c7e-0000-4000-8000-000000000000')).rejects.toMatchObject({
      code: 'channel_not_found',
    });
  });
});
