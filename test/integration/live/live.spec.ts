import { type DomainEvent } from '../../../src/platform/common';
import type {
  ChannelView,
  ListView,
  PlaybackView,
  ProblemDetails,
  PushUrlView,
} from '../../../src/contracts';
import {
  ChannelDeleted,
  ChannelSourceChanged,
  HostPublishChanged,
  LiveModule,
  LiveFacade,
} from '../../../src/live';
import type { ChannelSnapshot } from '../../../src/media/contract';
import {
  MediaChannelChanged,
  type MediaNodeRef,
  NodeLost,
  NodeReported,
  NodesFacade,
  NodesModule,
  NodeRestarted,
} from '../../../src/nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { EventLog } from '../../support/app/event-log';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';

describe('live', () => {
  const nodes = new FakeNodes();
  let api: TestApi;
  let live: LiveFacade;
  let events: EventLog;
  beforeAll(async () => {
    api = await TestApi.start({ rooms: [LiveModule], fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)] });
    live = api.get(LiveFacade);
    events = new EventLog(api.bus, [ChannelSourceChanged, HostPublishChanged, ChannelDeleted]);
  });
  afterAll(() => api.stop());
  beforeEach(() => {
    nodes.alive = [fakeNode('node-a'), fakeNode('node-b')];
    nodes.commands.length = 0;
    events.clear();
  });

  const as = <T>(user: string, method: string, path: string, body?: unknown) =>
    api.request<T>(method, path, { as: user, body });
  const create = async (owner = 'host') =>
    (await as<ChannelView>(owner, 'POST', '/v1/channels', { title: ' A channel ' })).body;
  const pushUrl = async (id: string, user = 'host') =>
    (await as<PushUrlView>(user, 'POST', `/v1/channels/${id}/push-url`)).body;
  const grantIn = (url: string) =>
    api.signer.verify('push', new URL(url.replace('rtmp:', 'http:')).searchParams.get('token') ?? '');

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
    it('gives every mix a newer epoch and leaves the host behind it until he is asked back', async () => {
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

  describe('what a media node reports', () => {
    let id: string;
    beforeEach(async () => {
      ({ id } = await create());
      await pushUrl(id);
    });

    const host = { role: 'host', epoch: 1, active: true } as const;
    const snapshot = (channel: Partial<ChannelSnapshot> = {}): ChannelSnapshot => ({
      channelId: id,
      source: 'host',
      epoch: 1,
      publishers: [host],
      viewers: 3,
      video: { width: 640, height: 360, fps: 15 },
      settings: '',
      relay: null,
      ...channel,
    });
    const changed = (channel?: Partial<ChannelSnapshot>, nodeId = 'node-a') =>
      api.bus.publish(new MediaChannelChanged(nodeId, snapshot(channel)));
    const reported = (channels: ChannelSnapshot[], nodeId = 'node-a') =>
      api.bus.publish(new NodeReported(nodeId, { channels, conferences: [] }));

    const onAir = async () => {
      changed();
      await events.until(new ChannelSourceChanged(id, 'host', 1, 'none'));
      await events.until(new HostPublishChanged(id, true));
      events.clear();
    };
    /** Everything published before this has been taken in. */
    const settled = async () => {
      const { id: marker } = await create();
      await pushUrl(marker);
      changed({ channelId: marker });
      await events.until(new ChannelSourceChanged(marker, 'host', 1, 'none'));
      return events.all.filter((event: DomainEvent & { channelId?: string }) => event.channelId === id);
    };

    it('is kept on the channel and told once', async () => {
      await onAir();
      expect(await live.get(id)).toMatchObject({
        source: 'host',
        viewers: 3,
        hostPublishing: true,
        hostVideo: { width: 640, height: 360, fps: 15 },
      });
      changed();
      reported([snapshot()]);
      reported([snapshot({ viewers: 9 })]);
      expect(await settled()).toEqual([]);
      expect((await as<ChannelView>('viewer', 'GET', `/v1/channels/${id}`)).body.source).toBe('host');
    });

    it('comes in order: hand-over to a mix, and back', async () => {
      await onAir();
      const mix = { role: 'mix', epoch: 2, active: true } as const;
      const standby = { ...host, active: false };
      changed({
        source: 'mix',
        epoch: 2,
        publishers: [standby, mix],
        video: { width: 1280, height: 720, fps: 25 },
      });
      changed({ source: 'mix', epoch: 2, publishers: [mix] });
      changed({ source: 'host', epoch: 3, publishers: [{ ...host, epoch: 3 }] });
      changed({ source: 'none', epoch: 0, publishers: [], video: null });
      expect(await settled()).toEqual([
        new ChannelSourceChanged(id, 'mix', 2, 'host'),
        new HostPublishChanged(id, false),
        new ChannelSourceChanged(id, 'host', 3, 'mix'),
        new HostPublishChanged(id, true),
        new ChannelSourceChanged(id, 'none', 0, 'host'),
        new HostPublishChanged(id, false),
      ]);
      expect((await live.get(id)).hostVideo).toEqual({ width: 640, height: 360, fps: 15 });
    });

    it.each([
      ['its report says nothing of the channel', () => reported([])],
      ['the node is lost', () => api.bus.publish(new NodeLost('node-a'))],
      ['the node has started anew', () => api.bus.publish(new NodeRestarted('node-a'))],
    ])('ends what was on the air when %s', async (_, happen) => {
      await onAir();
      happen();
      await events.until(new ChannelSourceChanged(id, 'none', 0, 'host'));
      await events.until(new HostPublishChanged(id, false));
      expect(await live.get(id)).toMatchObject({ source: 'none', viewers: 0, hostPublishing: false });
    });

    it('counts from the node that carries the channel only; a publisher elsewhere is closed', async () => {
      await onAir();
      reported([snapshot({ source: 'none', epoch: 0 })], 'node-b');
      const closed = await nodes.commandTo('node-b');
      expect(closed).toEqual({ command: 'disconnect', nodeId: 'node-b', id, role: 'host' });
      expect(await settled()).toEqual([]);
      expect((await live.get(id)).source).toBe('host');
    });

    it('puts a host with an older key at his present epoch', async () => {
      await live.returnToHost(id);
      nodes.commands.length = 0;
      changed();
      await settled();
      expect(nodes.commands).toContainEqual({
        command: 'promote',
        nodeId: 'node-a',
        id,
        role: 'host',
        epoch: 2,
      });
    });

    it('keeps a channel with a mix on the air from being deleted; else its host is closed', async () => {
      await onAir();
      changed({ source: 'mix', epoch: 2, publishers: [{ role: 'mix', epoch: 2, active: true }] });
      await settled();
      expect(await as('host', 'DELETE', `/v1/channels/${id}`)).toMatchObject({
        status: 409,
        body: { code: 'channel_on_air' },
      });
      changed();
      await settled();
      expect((await as('viewer', 'DELETE', `/v1/channels/${id}`)).status).toBe(403);
      expect((await as('host', 'DELETE', `/v1/channels/${id}`)).status).toBe(204);
      expect(nodes.commands).toContainEqual({
        command: 'disconnect',
        nodeId: 'node-a',
        id,
        role: 'host',
      });
      expect(events.all).toContainEqual(new ChannelDeleted(id));
      nodes.commands.length = 0;
      reported([snapshot()]);
      await settled();
      expect(nodes.commands).toContainEqual({
        command: 'disconnect',
        nodeId: 'node-a',
        id,
        role: 'host',
      });
    });
  });
});
