import { DataSource } from 'typeorm';
import type { ListView, WebhookCreatedView, WebhookDeliveryView, WebhookView } from '../../../src/contracts';
import { HostPublishChanged } from '../../../src/live';
import { WebhookModule } from '../../../src/webhooks';
import { TestApi } from '../../support/app/test-api';
import { WebhookReceiver } from '../../support/fakes/webhook-receiver';
import { until } from '../../support/waiting/until';

/** What one endpoint does concerns no other. */
describe('endpoints of webhooks', () => {
  const admin = 'admin';
  const rooms = [WebhookModule];
  const config = { WEBHOOK_ALLOW_PRIVATE: true };
  let api: TestApi;
  let receivers: WebhookReceiver[] = [];
  beforeAll(async () => {
    api = await TestApi.start({ config, rooms });
  });
  afterAll(() => api.stop());
  afterEach(async () => {
    receivers.forEach((receiver) => receiver.stop());
    receivers = [];
    await api.sql('DELETE FROM webhooks');
  });

  const make = async (answer?: WebhookReceiver['answer']) => {
    const receiver = await WebhookReceiver.start();
    receivers.push(receiver);
    if (answer) receiver.answer = answer;
    const made = await api.as<WebhookCreatedView>(admin, 'POST', 'webhooks', { url: receiver.url });
    return { receiver, id: made.body.id };
  };
  const hangs = () => undefined;
  const fails: WebhookReceiver['answer'] = (_, response) => void response.writeHead(500).end();
  const takes: WebhookReceiver['answer'] = (_, response) => void response.writeHead(204).end();
  const happen = (channelId: string, publishing = true, at = api) =>
    at.bus.transaction(at.get(DataSource), () => {
      at.bus.publish(new HostPublishChanged(channelId, publishing));
      return Promise.resolve();
    });
  const view = async (id: string) => (await api.as<WebhookView>(admin, 'GET', `webhooks/${id}`)).body;
  const patch = (id: string, body: object) => api.as<WebhookView>(admin, 'PATCH', `webhooks/${id}`, body);
  const deliveries = async (id: string, state: string) =>
    (await api.as<ListView<WebhookDeliveryView>>(admin, 'GET', `webhooks/${id}/deliveries?state=${state}`))
      .body.items;
  const probeNow = (id: string) => api.sql('UPDATE webhooks SET probe_at = now() WHERE id = $1', [id]);

  it('that hang keep nobody else waiting', async () => {
    const hanging = await Promise.all([make(hangs), make(hangs), make(hangs), make(hangs)]);
    const good = await make();
    for (let i = 0; i < 20; i++) await happen(`early-${i}`);
    // Each has all it may have, and answers none of it.
    await Promise.all(hanging.map(({ receiver }) => receiver.count(8)));
    await good.receiver.count(20);
    const began = Date.now();
    for (let i = 0; i < 8; i++) await happen(`late-${i}`);
    await good.receiver.count(28);
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(hanging.map(({ receiver }) => receiver.received.length)).toEqual([8, 8, 8, 8]);
  });

  it('get eight at a time from however many processes, each once, and each subject in order', async () => {
    const other = await TestApi.start({ databaseUrl: api.config.DATABASE_URL, config, rooms });
    try {
      const open: (() => void)[] = [];
      const { receiver } = await make((_, response) => void open.push(() => response.writeHead(204).end()));
      for (let i = 0; i < 40; i++) await happen(`s-${i % 10}`, i % 20 < 10, i % 3 ? api : other);
      let most = 0;
      let answered = 0;
      await until(() => {
        most = Math.max(most, open.length);
        for (const answer of open.splice(0)) {
          answered++;
          answer();
        }
        return answered === 40;
      });
      expect(most).toBeLessThanOrEqual(8);
      expect(new Set(receiver.received.map(({ deliveryId }) => deliveryId)).size).toBe(40);
      for (let subject = 0; subject < 10; subject++) {
        const of = receiver.received.filter(({ event }) => event.subject === `channel:s-${subject}`);
        const told = of.map(({ event }) => (event.data as { publishing: boolean }).publishing);
        expect(told).toEqual([true, false, true, false]);
      }
    } finally {
      await other.stop();
    }
  });

  it('that are down get one delivery at a time, rarely, until they take one', async () => {
    const { receiver, id } = await make(fails);
    for (let i = 0; i < 10; i++) await happen(`d-${i}`);
    await until(async () => (await view(id)).breaker.state === 'open');
    await until(async () => (await api.sql<unknown[]>(CLAIMED, [id])).length === 0);
    const { breaker } = await view(id);
    expect(breaker.failures).toBeGreaterThanOrEqual(5);
    expect(Date.parse(breaker.nextAttemptAt!)).toBeGreaterThan(Date.parse(breaker.openedAt!));
    const sent = receiver.received.length;
    await probeNow(id);
    await receiver.count(sent + 1);
    await until(async () => (await view(id)).breaker.failures === breaker.failures + 1);
    expect(await view(id)).toMatchObject({ breaker: { state: 'open', openedAt: breaker.openedAt } });
    expect(receiver.received).toHaveLength(sent + 1);
    receiver.answer = takes;
    await api.sql('UPDATE webhook_deliveries SET next_attempt_at = now()');
    await probeNow(id);
    await until(async () => (await deliveries(id, 'delivered')).length === 10);
    expect((await view(id)).breaker).toEqual({
      ...{ state: 'closed', failures: 0, openedAt: null, nextAttemptAt: null },
    });
  });

  it('that are down for an hour have dead letters, attempted or not', async () => {
    const { receiver, id } = await make(fails);
    for (let i = 0; i < 5; i++) await happen(`h-${i}`);
    await until(async () => (await view(id)).breaker.state === 'open');
    await happen('waits');
    await api.sql('UPDATE webhook_deliveries SET retry_until = now()');
    await until(async () => (await deliveries(id, 'dead')).length === 6);
    expect(receiver.received.filter(({ event }) => event.subject === 'channel:waits')).toEqual([]);
    expect((await deliveries(id, 'dead'))[0]).toMatchObject({ deadReason: 'not_taken', attempts: 0 });
  });

  it('that are switched off get nothing; what waited is sent when it is replayed', async () => {
    const { receiver, id } = await make(fails);
    await happen('w');
    await happen('w', false);
    await until(async () => (await deliveries(id, 'pending'))[1]?.attempts === 1);
    await until(async () => (await api.sql<unknown[]>(CLAIMED, [id])).length === 0);
    expect((await patch(id, { enabled: false })).body).toMatchObject({ enabled: false });
    const sent = receiver.received.length;
    const dead = await deliveries(id, 'dead');
    expect(dead.map(({ deadReason }) => deadReason)).toEqual(['switched_off', 'switched_off']);
    await happen('meanwhile');
    for (const path of ['ping', 'replay', `deliveries/${dead[0]?.id}/replay`]) {
      const answer = await api.as(admin, 'POST', `webhooks/${id}/${path}`);
      expect(answer).toMatchObject({ status: 409, body: { code: 'webhook_disabled' } });
    }
    receiver.answer = takes;
    expect((await patch(id, { enabled: true })).body).toMatchObject({ breaker: { failures: 0 } });
    await api.as(admin, 'POST', `webhooks/${id}/replay`);
    await until(async () => (await deliveries(id, 'delivered')).length === 2);
    expect(receiver.received.slice(sent).map(({ event }) => event.subject)).toEqual([
      'channel:w',
      'channel:w',
    ]);
  });

  it('whose secret can’t be read any more have dead letters that say so, at once', async () => {
    const { receiver, id } = await make();
    await api.sql(
      `UPDATE webhooks SET secret = '\\x00112233445566778899aabbccddeeff00112233445566778899aabb'`,
    );
    await happen('s');
    await happen('s', false);
    await until(async () => (await deliveries(id, 'dead')).length === 2);
    expect((await deliveries(id, 'dead'))[0]).toMatchObject({
      ...{ deadReason: 'secret_unreadable', attempts: 1, nextAttemptAt: null, lastError: null },
    });
    expect(receiver.received).toEqual([]);
    expect((await view(id)).breaker).toMatchObject({ state: 'closed', failures: 0 });
  });
});

/** Attempts that run. */
const CLAIMED = `SELECT 1 FROM webhook_deliveries WHERE webhook_id = $1 AND claimed_until > now()`;
