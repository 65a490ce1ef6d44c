import { DataSource } from 'typeorm';
import type {
  AuditEntryView,
  ChannelPatch,
  ChannelView,
  ListView,
  PlaybackView,
  ProblemDetails,
  PushUrlView,
  WebhookCreatedView,
  WebhookEvents,
} from '../../../src/contracts';
import { ChannelRelayChanged, LiveModule, LiveFacade } from '../../../src/live';
import type { RuntimeConfig } from '../../../src/platform/config';
import type { ChannelSettings, ChannelSnapshot } from '../../../src/media/contract';
import { NodeLost, NodeReported, NodesFacade, NodesModule } from '../../../src/nodes';
import { startApp, type TestApp } from '../../support/app/app-process';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { EventLog } from '../../support/app/event-log';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';
import { KEY, RelayTarget } from '../../support/media/relay-target';
import { until } from '../../support/waiting/until';
import { startPush, type FfmpegPush } from '../../support/media/rtmp-pusher';
import { WebhookReceiver } from '../../support/fakes/webhook-receiver';

const doors = { suspended: false, pushGeneration: 0, putOut: [] };

describe('relays, as control wants them', () => {
  const nodes = new FakeNodes();
  let api: TestApi;
  let events: EventLog;
  let id: string;

  const start = async (config: Partial<RuntimeConfig>) => {
    api = await TestApi.start({
      config,
      rooms: [LiveModule],
      fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)],
    });
    events = new EventLog(api.bus, [ChannelRelayChanged]);
    nodes.alive = [fakeNode('node-a'), fakeNode('node-b')];
    nodes.commands.length = 0;
    const body = { title: 'A channel' };
    ({ id } = (await as<ChannelView>('host', 'POST', '/v1/channels', body)).body);
    await as('host', 'POST', `/v1/channels/${id}/push-url`);
  };
  afterEach(() => api.stop());

  const as = <T>(user: string, method: string, path: string, body?: unknown) =>
    api.request<T>(method, path, { as: user, body });
  const patch = (relay: unknown, user = 'admin') =>
    as<ChannelView & ProblemDetails>(user, 'PATCH', `/v1/channels/${id}`, { relay });
  const seenBy = async (user: string) =>
    (await as<ChannelView>(user, 'GET', `/v1/channels/${id}`)).body.relay;
  const report = (nodeId: string, channel: Partial<ChannelSnapshot> = {}) => {
    const publishers = [{ role: 'host', epoch: 1, active: true }] as const;
    const snapshot: ChannelSnapshot = {
      ...{ channelId: id, source: 'host', epoch: 1, publishers: [...publishers], viewers: 0, video: null },
      ...{ settings: '', relay: null },
      ...channel,
    };
    api.bus.publish(new NodeReported(nodeId, 1, { channels: [snapshot], conferences: [] }));
  };
  const told = async (nodeId: string) => {
    const command = await nodes.commandTo(nodeId);
    nodes.commands.length = 0;
    expect(command).toMatchObject({ command: 'configure', id });
    return command.settings as ChannelSettings;
  };

  it('are set by admins, and never shown whole', async () => {
    await start({ WEBHOOK_ALLOW_PRIVATE: true });
    const url = `rtmp://10.0.0.7:1940/in/${KEY}?auth=${KEY}`;
    expect((await patch({ url }, 'user')).body.code).toBe('not_allowed');
    const shown = {
      server: 'rtmp://10.0.0.7:1940/in',
      hasKey: true,
      byDefault: false,
      state: 'idle',
      reason: null,
      playback: {},
    };
    const answer = await patch({ url });
    expect(answer.body.relay).toEqual(shown);
    expect(await seenBy('host')).toEqual(shown);
    expect(await seenBy('viewer')).toBeNull();
    const list = await as<ListView<ChannelView>>('host', 'GET', '/v1/channels');
    expect(list.body.items[0]?.relay).toEqual(shown);
    const row = await api.sql(`SELECT *, encode(relay_url, 'escape') AS bytes FROM channels`);
    expect(JSON.stringify([answer, list, row])).not.toContain(KEY);
    expect((await patch(null)).body.relay).toBeNull();
  });

  it.each([
    'rtmp://127.0.0.1/live/',
    'rtmp://localhost/live/',
    'rtmp://2130706433/live/',
    'rtmp://[::1]/live/',
    'rtmps://10.1.2.3/live/',
    'rtmp://nowhere.invalid/live/',
  ])('are refused on private networks: %s', async (url) => {
    await start({});
    const { status, body } = await patch({ url: url + KEY });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'relay_refused' });
    expect(JSON.stringify(body)).not.toContain(KEY);
    expect(await seenBy('host')).toBeNull();
  });

  it.each([
    'rtmp://node-a.example:1936/live/',
    'rtmp://Node-B.example:1936/other/',
    'rtmp://10.0.0.1:1937/live/',
  ])('are refused where they lead to a node: %s', async (url) => {
    await start({ WEBHOOK_ALLOW_PRIVATE: true });
    const { status, body } = await patch({ url: url + KEY });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'relay_loop' });
    expect(JSON.stringify(body)).not.toContain(KEY);
    expect(await seenBy('host')).toBeNull();
  });

  it.each([
    `http://example.com/live/${KEY}`,
    `rtmp://example.com/${KEY}`,
    `rtmp://u:p@example.com/live/${KEY}`,
    `rtmp://example.com:70000/live/${KEY}`,
    `rtmp://example.com/live/${KEY} x`,
    KEY,
    7,
  ])('are refused where they are none: %s', async (url) => {
    await start({});
    const { status, body } = await patch({ url });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_input' });
    expect(JSON.stringify(body)).not.toContain(KEY);
  });

  it('are told to the node at once, and until it has them, wherever the channel is', async () => {
    await start({ WEBHOOK_ALLOW_PRIVATE: true });
    const url = `rtmp://10.0.0.7/in/${KEY}`;
    await patch({ url });
    const first = await told('node-a');
    expect(first.relay).toEqual({ url });
    // The node started anew, or was not reached.
    report('node-a');
    expect(await told('node-a')).toEqual(first);
    // It has them, and says how it goes.
    const live = { state: 'live', reason: null, dropped: 3, sessions: 1 } as const;
    report('node-a', { settings: first.revision, relay: live });
    await events.until(new ChannelRelayChanged(id, 'live', null));
    expect(await seenBy('host')).toMatchObject({ state: 'live' });
    expect(nodes.commands).toEqual([]);
    // Its node is gone: another has the channel from now on.
    nodes.alive = [fakeNode('node-b')];
    api.bus.publish(new NodeLost('node-a', 1));
    await events.until(new ChannelRelayChanged(id, 'idle', null));
    await as('host', 'POST', `/v1/channels/${id}/push-url`);
    report('node-b');
    expect(await told('node-b')).toEqual(first);
    await patch(null);
    expect(await told('node-b')).toEqual({
      revision: '',
      relay: null,
      flvMarkers: true,
      playGeneration: 0,
      awaitsMix: false,
      doors,
    });
  });

  it('are no business of a node that doesn’t carry the channel', async () => {
    await start({ WEBHOOK_ALLOW_PRIVATE: true });
    await patch({ url: `rtmp://10.0.0.7/in/${KEY}` });
    await told('node-a');
    report('node-a');
    await told('node-a');
    report('node-b', { source: 'none', epoch: 0, publishers: [], settings: 'of old' });
    expect((await told('node-b')).relay).toBeNull();
  });

  it('come with whatever else is wanted of the channel', async () => {
    await start({});
    const body = { flvMarkers: false };
    expect((await as<ProblemDetails>('host', 'PATCH', `/v1/channels/${id}`, body)).status).toBe(403);
    const patched = await as<ChannelView>('admin', 'PATCH', `/v1/channels/${id}`, body);
    expect(patched.body.flvMarkers).toBe(false);
    const settings = await told('node-a');
    expect(settings).toEqual({
      revision: settings.revision,
      relay: null,
      flvMarkers: false,
      playGeneration: 0,
      awaitsMix: false,
      doors,
    });
    report('node-a');
    expect(await told('node-a')).toEqual(settings);
    await as('admin', 'PATCH', `/v1/channels/${id}`, { flvMarkers: true });
    expect(await told('node-a')).toEqual({
      revision: '',
      relay: null,
      flvMarkers: true,
      playGeneration: 0,
      awaitsMix: false,
      doors,
    });
  });

  it('send viewers to the outside, where it says how', async () => {
    await start({ WEBHOOK_ALLOW_PRIVATE: true });
    const url = `rtmp://10.0.0.7/in/${KEY}`;
    const seen = async () => (await as<PlaybackView>('viewer', 'GET', `/v1/channels/${id}/playback`)).body;
    const ours = await seen();
    const playback = { flv: 'https://cdn.example/a.flv', hls: 'https://cdn.example/a.m3u8' };
    expect((await patch({ url, playback })).body.relay?.playback).toEqual(playback);
    expect(await seen()).toMatchObject({
      ...playback,
      rtmp: expect.stringContaining('rtmp://node-a') as string,
    });
    expect((await patch({ url: `${url}-2` })).body.relay?.playback).toEqual(playback);
    expect((await patch({ url, playback: { flv: 'javascript:alert(1)' } })).status).toBe(400);
    await patch(null);
    expect((await seen()).flv.split('?')[0]).toBe(ours.flv.split('?')[0]);
  });

  it('are by default what is configured, for channels but not for conferences', async () => {
    await start({ RELAY_URL: `rtmps://outside.example/{channelId}/${KEY}-{channelId}` });
    const server = `rtmps://outside.example/${id}`;
    expect(await seenBy('host')).toMatchObject({ server, byDefault: true, hasKey: true });
    report('node-a');
    expect((await told('node-a')).relay).toEqual({ url: `${server}/${KEY}-${id}` });
    // The conference may be private.
    const live = api.get(LiveFacade);
    const tx = api.get(DataSource).manager;
    const bypass = await live.openBypass({ title: 'Meeting', ownerId: 'host' }, tx);
    await live.playback(bypass);
    nodes.commands.length = 0;
    report('node-a', { channelId: bypass, publishers: [{ role: 'mix', epoch: 1, active: true }] });
    report('node-a');
    expect(await nodes.commandTo('node-a')).toMatchObject({ command: 'configure', id });
  });
});

describe('a relay of the whole app', () => {
  /** Starts of the app, on a machine that may be busy. */
  jest.setTimeout(180_000);
  let app: TestApp;
  let target: RelayTarget;
  let receiver: WebhookReceiver;
  let push: FfmpegPush | null = null;
  beforeAll(async () => {
    target = await RelayTarget.start();
    receiver = await WebhookReceiver.start();
    app = await startApp({ WEBHOOK_ALLOW_PRIVATE: 'true', LOG_LEVEL: 'debug', HUB_GRACE_MS: '500' });
  });
  afterAll(async () => {
    await push?.stop();
    await app?.stop();
    receiver?.stop();
    await target?.close();
  });

  it('survives the media process and the API, is told everywhere, and its key nowhere', async () => {
    const host = await app.token('host', 'Host');
    const boss = await app.token('boss', 'Boss', 'admin');
    await app.api<WebhookCreatedView>(
      'POST',
      '/v1/webhooks',
      { url: receiver.url, events: ['channel.relay'] },
      boss,
    );
    const channel = await app.api<ChannelView>('POST', '/v1/channels', { title: 't' }, host);
    const path = `/v1/channels/${channel.body.id}`;
    const relay: ChannelPatch = { relay: { url: target.url } };
    expect((await app.api('PATCH', path, relay, boss)).status).toBe(200);
    const begin = async () => {
      await push?.kill();
      const { url } = (await app.api<PushUrlView>('POST', `${path}/push-url`, undefined, host)).body;
      push = await startPush({ url, color: 'red', tone: 440 });
    };
    const state = async () => (await app.api<ChannelView>('GET', path, undefined, host)).body.relay?.state;

    await begin();
    await target.published(1);
    await until(async () => (await state()) === 'live');
    const metrics = await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${boss}` } });
    expect(await metrics.text()).toContain('lianmai_channel_relays{state="live"} 1');

    process.kill(app.mediaPid, 'SIGKILL');
    await until(() => app.log().includes('media node restarted'));
    await begin();
    await target.published(2);

    let log = app.log();
    await app.end('SIGKILL');
    await app.nothingLeft();
    await app.restart();
    await begin();
    await target.published(3);
    await until(async () => (await state()) === 'live');
    await push!.stop();
    await until(async () => (await state()) === 'idle');

    const audit = await app.api<ListView<AuditEntryView>>('GET', '/v1/audit', undefined, boss);
    expect(audit.body.items).toContainEqual(
      expect.objectContaining({
        action: 'channel.relay',
        details: { server: target.url.replace(`/${KEY}`, '') },
      }),
    );
    const stateOf = ({ event }: { event: { data: unknown } }) =>
      (event.data as WebhookEvents['channel.relay']).state;
    // Where the API was killed during a delivery, its claim runs out first, and a sweep finds what is due.
    const live = () => receiver.received.filter((r) => stateOf(r) === 'live');
    const ids = () => new Set(live().map(({ event }) => event.id));
    await until(() => ids().size === 3 && stateOf(receiver.received.at(-1)!) === 'idle', 30_000);
    log += app.log();
    expect(log).toContain('"relay"');
    expect(JSON.stringify([log, audit, receiver.received])).not.toContain(KEY);
  });
});
