import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  AuditEntryView,
  ListView,
  WebhookCreatedView,
  WebhookDeliveryView,
  WebhookReplayView,
  WebhookView,
} from '../../../src/contracts';
import { AuditModule } from '../../../src/platform/audit';
import { HostPublishChanged } from '../../../src/live';
import { WebhookModule } from '../../../src/webhooks';
import { DeliveryRepository } from '../../../src/webhooks/delivery/delivery.repository';
import { WebhookLanes } from '../../../src/webhooks/delivery/webhook-lanes';
import { WebhookSender } from '../../../src/webhooks/delivery/webhook-sender';
import { TestApi } from '../../support/app/test-api';
import { until } from '../../support/waiting/until';
import { isGenuine, WebhookReceiver } from '../../support/fakes/webhook-receiver';
import { DataSource } from 'typeorm';

describe('webhooks', () => {
  const admin = 'admin';
  let api: TestApi;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    api = await TestApi.start({
      config: { WEBHOOK_ALLOW_PRIVATE: true },
      rooms: [WebhookModule, AuditModule],
    });
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
  });
  afterEach(async () => {
    receiver.stop();
    await api.sql('DELETE FROM webhooks');
  });

  const make = async (body: object = {}) => {
    const made = await api.as<WebhookCreatedView>(admin, 'POST', 'webhooks', {
      url: receiver.url,
      ...body,
    });
    expect(made.status).toBe(201);
    return made.body;
  };
  /** A domain event in a transaction of its own. */
  const happen = (channelId: string, publishing: boolean, fail = false) =>
    api.bus.transaction(api.get(DataSource), () => {
      api.bus.publish(new HostPublishChanged(channelId, publishing));
      return fail ? Promise.reject(new Error('rolled back')) : Promise.resolve();
    });
  const deliveries = async (id: string, state = '') =>
    (
      await api.as<ListView<WebhookDeliveryView>>(
        admin,
        'GET',
        `webhooks/${id}/deliveries${state && `?state=${state}`}`,
      )
    ).body.items;

  it('deliver what was committed, signed, and nothing else', async () => {
    const { secret, id } = await make();
    await expect(happen('a', true, true)).rejects.toThrow('rolled back');
    await happen('a', true);
    await receiver.count(1);
    const [first] = receiver.received;
    expect(first?.event).toMatchObject({
      type: 'channel.publishing',
      subject: 'channel:a',
      data: { channelId: 'a', publishing: true },
    });
    expect(receiver.undocumented).toEqual([]);
    expect(first && isGenuine(secret, first)).toBe(true);
    expect(first && isGenuine(`${secret}x`, first)).toBe(false);
    expect(first && isGenuine(secret, { ...first, body: `${first.body} ` })).toBe(false);
    // The replay window of the contract.
    expect(first && isGenuine(secret, first, Date.now() + 301_000)).toBe(false);
    await until(async () => (await deliveries(id, 'delivered')).length === 1);
    expect(receiver.received).toHaveLength(1);
  });

  it('keep the order of a subject when one has to be sent again, and hold up no other subject', async () => {
    await make();
    let refusals = 0;
    receiver.answer = ({ event }, response) => {
      const refused = event.subject === 'channel:a' && refusals++ < 1;
      response.writeHead(refused ? 500 : 200).end();
    };
    for (const [channel, on] of [
      ['a', true],
      ['a', false],
      ['b', true],
      ['a', true],
    ] as const) {
      await happen(channel, on);
    }
    await receiver.count(5);
    const of = (subject: string) => receiver.received.filter(({ event }) => event.subject === subject);
    const a = of('channel:a');
    expect(a.map(({ event }) => (event.data as { publishing: boolean }).publishing)).toEqual([
      true,
      true,
      false,
      true,
    ]);
    // The one that came again is the same one.
    expect(a[1]?.event).toEqual(a[0]?.event);
    expect(a[1]?.deliveryId).toBe(a[0]?.deliveryId);
    // b was taken while a waited.
    const order = receiver.received.map(({ event }) => event.subject);
    expect(order.indexOf('channel:b')).toBeLessThan(order.lastIndexOf('channel:a') - 1);
  });

  it('become dead letters after their hour, which are listed and replayed', async () => {
    const { id } = await make();
    receiver.answer = (_, response) => void response.writeHead(302, { location: receiver.url }).end();
    await happen('c', true);
    await receiver.count(1);
    await until(async () => (await deliveries(id))[0]?.lastStatus === 302);
    await api.sql(`UPDATE webhook_deliveries SET retry_until = now()`);
    await until(async () => (await deliveries(id, 'dead')).length === 1);
    // Redirects are not followed.
    expect(receiver.received).toHaveLength(2);
    const [dead] = await deliveries(id, 'dead');
    expect(dead).toMatchObject({
      attempts: 2,
      lastStatus: 302,
      lastError: 'answered 302',
      nextAttemptAt: null,
    });
    receiver.answer = (_, response) => void response.writeHead(200).end();
    const path = `webhooks/${id}/deliveries/${dead?.id}/replay`;
    const replay = await api.as<WebhookReplayView>(admin, 'POST', path);
    expect(replay.body).toEqual({ replayed: 1 });
    await until(async () => (await deliveries(id, 'delivered')).length === 1);
    expect(receiver.received[2]?.event).toEqual(receiver.received[0]?.event);
    const all = await api.as<WebhookReplayView>(admin, 'POST', `webhooks/${id}/replay`);
    expect(all.body).toEqual({ replayed: 0 });
  });

  it('are sent though the process died between commit and job', async () => {
    const { id } = await make();
    await api.sql(
      `INSERT INTO webhook_deliveries
         (id, webhook_id, event_id, event_key, type, subject, body, next_attempt_at, retry_until)
       VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'k', 'channel.deleted', 'channel:d', '{"subject":"channel:d"}', now() - interval '1 minute', now() + interval '1 hour')`,
      [id],
    );
    await receiver.count(1);
    expect(receiver.received[0]?.body).toBe('{"subject":"channel:d"}');
  });

  it('are sent though the process died in the middle of an attempt; a slow attempt is not made twice', async () => {
    const { id } = await make();
    const outbox = api.get(DeliveryRepository);
    const entry = { eventId: randomUUID(), eventKey: 'left', type: 'ping', subject: 'left', body: '{}' };
    // As a process that died would leave it.
    await api.get(DataSource).transaction(async (tx) => {
      await outbox.insertFor(id, entry);
      expect(await outbox.claim(id, '', 1, tx)).toMatchObject([{ subject: 'left' }]);
    });
    let answerSlow: () => void = () => undefined;
    receiver.answer = ({ event }, response) => {
      if (event.subject === 'channel:slow') answerSlow = () => void response.writeHead(204).end();
      else response.writeHead(204).end();
    };
    await happen('slow', true);
    await delay(5_500);
    await api.get(WebhookLanes).sweep();
    await receiver.count(2);
    answerSlow();
    await until(async () => (await deliveries(id, 'delivered')).length === 2);
    expect(receiver.received).toHaveLength(2);
  });

  it('tell what was asked for, until they are deleted; ping whatever was asked for', async () => {
    const { id } = await make({ events: ['channel.deleted'] });
    const other = await make();
    await happen('e', true);
    await receiver.count(1);
    expect(await deliveries(id)).toEqual([]);
    await api.as(admin, 'DELETE', `webhooks/${other.id}`);
    await happen('e', false);
    expect((await api.as(admin, 'POST', `webhooks/${id}/ping`)).status).toBe(202);
    await receiver.count(2);
    expect(receiver.received[1]?.event).toMatchObject({ type: 'ping', data: { webhookId: id } });
    expect((await api.as(admin, 'DELETE', `webhooks/${id}`)).status).toBe(204);
    expect((await api.as(admin, 'GET', `webhooks/${id}`)).status).toBe(404);
  });

  it('show their secret once, and are an admin’s', async () => {
    const made = await make();
    expect(made.secret).toMatch(/^whsec_[\w-]{43}$/);
    const shown = await api.as<WebhookView>(admin, 'GET', `webhooks/${made.id}`);
    expect(JSON.stringify(shown.body)).not.toContain('whsec_');
    expect(JSON.stringify(await api.sql('SELECT * FROM webhooks'))).not.toContain(made.secret);
    expect((await api.as('u', 'GET', 'webhooks')).status).toBe(403);
    expect((await api.as('u', 'POST', 'webhooks', { url: 'https://a.b' })).status).toBe(403);
    const audit = await api.as<ListView<AuditEntryView>>(admin, 'GET', 'audit?action=webhook.created');
    expect(audit.body.items[0]).toMatchObject({ subject: { type: 'webhook', id: made.id } });
    expect(JSON.stringify(audit.body)).not.toContain(made.secret);
  });

  describe('that are to go to a private network', () => {
    let guarded: TestApi;
    beforeAll(async () => {
      guarded = await TestApi.start({
        databaseUrl: api.config.DATABASE_URL,
        config: { WEBHOOK_ALLOW_PRIVATE: false },
        rooms: [WebhookModule],
      });
    });
    afterAll(() => guarded.stop());

    it.each([
      'http://127.0.0.1:9/',
      'http://localhost/',
      'http://2130706433/',
      'http://[::ffff:127.0.0.1]/',
      'http://10.0.0.1/',
      'http://169.254.169.254/latest/meta-data',
      'http://[fe80::1]/',
    ])('are refused: %s', async (url) => {
      const answer = await guarded.as(admin, 'POST', 'webhooks', { url });
      expect(answer).toMatchObject({ status: 422, body: { code: 'webhook_refused' } });
    });

    it.each(['ftp://example.com/', 'file:///etc/passwd', 'http://user:pass@example.com/', 'nothing'])(
      'or are no addresses for it: %s',
      async (url) => {
        const answer = await guarded.as(admin, 'POST', 'webhooks', { url });
        expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
      },
    );

    it('are not connected to, by name or address, whatever was said when they were made', async () => {
      const sender = guarded.get(WebhookSender);
      const attempt = { secret: 's', deliveryId: 'd', body: '{"subject":""}' };
      for (const host of ['localhost', '127.0.0.1']) {
        const url = receiver.url.replace('127.0.0.1', host);
        expect(await sender.send({ ...attempt, url })).toEqual({
          taken: false,
          status: null,
          error: 'the address is on a private network',
        });
      }
      expect(receiver.received).toEqual([]);
    });
  });

  it('wait for an answer for a bounded time, and read a bounded part of it', async () => {
    const sender = api.get(WebhookSender);
    const attempt = { url: receiver.url, secret: 's', deliveryId: 'd', body: '{"subject":""}' };
    receiver.answer = () => undefined;
    expect(await sender.send(attempt, { timeoutMs: 200 })).toMatchObject({
      taken: false,
      error: 'no answer within 200 ms',
    });
    receiver.answer = (_, response) => {
      const more = () => response.write('x'.repeat(16_384), (error) => void (error ?? more()));
      more();
    };
    expect(await sender.send(attempt)).toMatchObject({
      taken: false,
      error: expect.stringMatching(/larger/) as string,
    });
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(
      await sender.send({ ...attempt, url: `http://127.0.0.1:${port}/` }, { timeoutMs: 200 }),
    ).toMatchObject({
      taken: false,
      error: 'no answer within 200 ms',
    });
    silent.close();
  });
});
