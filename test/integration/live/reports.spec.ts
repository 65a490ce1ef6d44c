import { DataSource } from 'typeorm';
import type { DomainEvent } from '../../../src/platform/common';
import type { ChannelView, PlaybackView, PushUrlView } from '../../../src/contracts';
import {
  ChannelDeleted,
  ChannelSourceChanged,
  HostPublishChanged,
  LiveFacade,
  LiveModule,
  PushAddressLost,
} from '../../../src/live';
import { ChannelRepository } from '../../../src/live/channel.repository';
import { nothingObserved } from '../../../src/live/sync/channel-observation';
import type { ChannelSnapshot } from '../../../src/media/contract';
import {
  MediaChannelChanged,
  NodeLost,
  NodeReported,
  NodeRestarted,
  NodesFacade,
  NodesModule,
} from '../../../src/nodes';
import { EventLog } from '../../support/app/event-log';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';

const nodes = new FakeNodes();
let api: TestApi;
let live: LiveFacade;
let events: EventLog;
beforeAll(async () => {
  api = await TestApi.start({ rooms: [LiveModule], fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)] });
  live = api.get(LiveFacade);
  events = new EventLog(api.bus, [ChannelSourceChanged, HostPublishChanged, ChannelDeleted, PushAddressLost]);
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
    api.bus.publish(new MediaChannelChanged(nodeId, 1, snapshot(channel)));
  const reported = (channels: ChannelSnapshot[], nodeId = 'node-a') =>
    api.bus.publish(new NodeReported(nodeId, 1, { channels, conferences: [] }));

  const onAir = async () => {
    changed();
    await events.until(new ChannelSourceChanged(id, 'host', 1, 'none', 1));
    await events.until(new HostPublishChanged(id, true));
    events.clear();
  };
  /** Everything published before this has been taken in. */
  const settled = async () => {
    const { id: marker } = await create();
    await pushUrl(marker);
    changed({ channelId: marker });
    await events.until(new ChannelSourceChanged(marker, 'host', 1, 'none', 1));
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
      new ChannelSourceChanged(id, 'mix', 2, 'host', 2),
      new HostPublishChanged(id, false),
      new ChannelSourceChanged(id, 'host', 3, 'mix', 3),
      new HostPublishChanged(id, true),
      new ChannelSourceChanged(id, 'none', 0, 'host', 4),
      new HostPublishChanged(id, false),
    ]);
    expect((await live.get(id)).hostVideo).toEqual({ width: 640, height: 360, fps: 15 });
  });

  it('doesn’t turn the version of the source back', async () => {
    await onAir();
    const rows = api.get(ChannelRepository);
    const { manager } = api.get(DataSource);
    const [row] = await rows.carried('node-a', [id], false, manager);
    expect(row).toMatchObject({ source: 'host', sourceVersion: 1 });
    const late = { ...row!, ...nothingObserved({ ...row!, source: 'none', sourceVersion: 0 }) };
    expect([...(await rows.observe('node-a', [late], manager))]).toEqual([]);
    expect(await live.get(id)).toMatchObject({ source: 'host', sourceVersion: 1 });
  });

  it.each([
    ['its report says nothing of the channel', () => reported([])],
    ['the node is lost', () => api.bus.publish(new NodeLost('node-a', 1))],
    ['the node has started anew', () => api.bus.publish(new NodeRestarted('node-a', 1))],
  ])('ends what was on the air when %s', async (_, happen) => {
    await onAir();
    happen();
    await events.until(new ChannelSourceChanged(id, 'none', 0, 'host', 2));
    await events.until(new HostPublishChanged(id, false));
    expect(await live.get(id)).toMatchObject({
      source: 'none',
      sourceVersion: 2,
      viewers: 0,
      hostPublishing: false,
    });
  });

  it('gives the channel another node when its own is lost, which its host is told, and no earlier', async () => {
    await onAir();
    // Silent, but not lost: others are picked for what is new.
    nodes.alive = [fakeNode('node-b'), fakeNode('node-a')];
    const playback = async () =>
      (await as<PlaybackView>('viewer', 'GET', `/v1/channels/${id}/playback`)).body.flv;
    expect(await playback()).toContain('//node-a');
    nodes.alive = [fakeNode('node-b')];
    api.bus.publish(new NodeLost('node-a', 1));
    await events.until(new PushAddressLost(id, 'host'));
    expect(await live.get(id)).toMatchObject({ source: 'none', nodeId: null });
    expect((await pushUrl(id)).server).toContain('//node-b');
    // Back again it is told that the channel is live elsewhere.
    changed({}, 'node-b');
    await events.until(new ChannelSourceChanged(id, 'host', 1, 'none', 3));
    nodes.alive = [fakeNode('node-b'), fakeNode('node-a')];
    changed({}, 'node-a');
    expect(await nodes.commandTo('node-a')).toMatchObject({ command: 'disconnect', id, role: 'host' });
  });

  it('tells the host of a lost node also where they have its address and don’t push yet', async () => {
    expect((await pushUrl(id)).server).toContain('//node-a');
    nodes.alive = [fakeNode('node-b')];
    api.bus.publish(new NodeLost('node-a', 1));
    await events.until(new PushAddressLost(id, 'host'));
    expect((await pushUrl(id)).server).toContain('//node-b');
  });

  it('takes a channel that is live nowhere to the node where somebody publishes it', async () => {
    changed({}, 'node-b');
    await events.until(new ChannelSourceChanged(id, 'host', 1, 'none', 1));
    expect(await live.get(id)).toMatchObject({ nodeId: 'node-b', source: 'host' });
    expect(nodes.commands).toEqual([]);
  });

  it('counts from the node that carries the channel only; a publisher elsewhere is closed', async () => {
    await onAir();
    reported([snapshot({ source: 'none', epoch: 0 })], 'node-b');
    const closed = await nodes.commandTo('node-b');
    expect(closed).toEqual({ command: 'disconnect', nodeId: 'node-b', id, role: 'host' });
    expect(await settled()).toEqual([]);
    expect((await live.get(id)).source).toBe('host');
  });

  it('puts a host with an older key at the present epoch', async () => {
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
