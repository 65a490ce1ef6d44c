import { DataSource } from 'typeorm';
import type { ChannelView, PlaybackView, PushUrlView, WebhookCreatedView } from '../../../src/contracts';
import { HostPublishChanged, LiveModule } from '../../../src/live';
import { NodesFacade, NodesModule } from '../../../src/nodes';
import { IdempotencyModule } from '../../../src/platform/idempotency';
import { WebhookModule } from '../../../src/webhooks';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { prepareDatabase } from '../../support/database/test-database';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';
import { isGenuine, WebhookReceiver } from '../../support/fakes/webhook-receiver';

const OLD = 'o'.repeat(32);
const NEW = 'n'.repeat(32);
const RELAY = 'rtmp://127.0.0.1/app/key';

describe('a change of AUTH_SECRET', () => {
  const nodes = new FakeNodes();
  let database: Awaited<ReturnType<typeof prepareDatabase>>;
  let receiver: WebhookReceiver;
  let api: TestApi;

  beforeAll(async () => {
    nodes.alive = [fakeNode('node-a')];
    database = await prepareDatabase();
    receiver = await WebhookReceiver.start();
  });
  afterAll(async () => {
    receiver.stop();
    await api.stop();
    await database.drop();
  });

  const start = async (AUTH_SECRET: string, AUTH_SECRET_PREVIOUS?: string) => {
    api = await TestApi.start({
      databaseUrl: database.url,
      config: { AUTH_SECRET, AUTH_SECRET_PREVIOUS, WEBHOOK_ALLOW_PRIVATE: true },
      rooms: [LiveModule, WebhookModule, IdempotencyModule],
      fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)],
    });
  };
  const restart = async (...secrets: [string, string?]) => {
    await api.stop();
    await start(...secrets);
  };
  const tokenIn = (address: string) => new URLSearchParams(address.slice(address.indexOf('?'))).get('token')!;

  it('leaves everything that was signed and sealed as it was, and forgets the old one at the end', async () => {
    await start(OLD);
    const admin = await api.token('admin');
    const ask = async <T>(method: string, path: string, body?: object, key?: string) => {
      const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
      return api.request<T>(method, `/v1/${path}`, { token: admin, body, headers });
    };
    const made = await ask<ChannelView>('POST', 'channels', { title: 'before' }, 'once');
    const { id } = made.body;
    await ask('PATCH', `channels/${id}`, { relay: { url: RELAY } });
    const { key } = (await ask<PushUrlView>('POST', `channels/${id}/push-url`)).body;
    const { flv } = (await ask<PlaybackView>('GET', `channels/${id}/playback`)).body;
    const { secret } = (await ask<WebhookCreatedView>('POST', 'webhooks', { url: receiver.url })).body;
    /** An event for the endpoint, signed with its secret. */
    const delivers = async (count: number) => {
      await api.bus.transaction(api.get(DataSource), () => {
        api.bus.publish(new HostPublishChanged(`c${count}`, true));
        return Promise.resolve();
      });
      await receiver.count(count);
      expect(isGenuine(secret, receiver.received.at(-1)!)).toBe(true);
    };
    const relay = async () => {
      const [{ relay_url }] = await api.sql<[{ relay_url: Buffer }]>('SELECT relay_url FROM channels');
      return relay_url;
    };
    const sealed = await relay();

    await restart(NEW, OLD);
    expect((await ask('GET', `channels/${id}`)).status).toBe(200);
    expect(await api.signer.verify('push', tokenIn(key))).toMatchObject({ channelId: id });
    expect(await api.signer.verify('play', tokenIn(flv))).toMatchObject({ channelId: id });
    const again = await ask<ChannelView>('POST', 'channels', { title: 'before' }, 'once');
    expect(again.body.id).toBe(id);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await delivers(1);
    expect(await relay()).not.toEqual(sealed);
    const renewed = await api.token('admin');

    await restart(NEW);
    expect((await ask('GET', `channels/${id}`)).status).toBe(401);
    expect(await api.signer.verify('push', tokenIn(key))).toBeNull();
    const kept = await api.request<ChannelView>('GET', `/v1/channels/${id}`, { token: renewed });
    expect(kept.body.relay).toMatchObject({ server: 'rtmp://127.0.0.1/app' });
    await delivers(2);
  });
});
