import { randomBytes } from 'node:crypto';
import type { ChannelView, InvitationView } from '../../../src/contracts';
import { startApp, type TestApp } from '../../support/app/app-process';
import { ImClient } from '../../support/app/im-client';
import { createTestDatabase, type TestDatabase } from '../../support/database/test-database';

/** Two starts, on a machine that may be busy. */
jest.setTimeout(180_000);

/** Two API processes on one Postgres, beside one media process: what apps see is one system. */
describe('two API processes', () => {
  const open: ImClient[] = [];
  let database: TestDatabase;
  let one: TestApp;
  let two: TestApp;
  let channelId: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    const env = {
      DATABASE_URL: database.url,
      AUTH_SECRET: randomBytes(32).toString('hex'),
      API_KEY: randomBytes(32).toString('hex'),
      INVITATION_TTL_MS: '2500',
      PRESENCE_GRACE_MS: '1500',
    };
    one = await startApp(env);
    two = await startApp({ ...env, ROLE: 'api' });
  });
  afterAll(async () => {
    await two?.stop();
    await one?.stop();
    await database?.drop();
  });
  beforeEach(async () => {
    const token = await one.token('host', 'host');
    channelId = (await one.api<ChannelView>('POST', '/v1/channels', { title: 't' }, token)).body.id;
  });
  afterEach(() => open.splice(0).forEach((client) => client.close()));

  const joined = async (app: TestApp, user: string) => {
    const client = await ImClient.connect(app.url, { token: await app.token(user, user) });
    open.push(client);
    const snapshot = await client.must('room:join', { channelId });
    return { client, snapshot };
  };
  /** A message through the room, after which nothing that was sent before is still on its way. */
  const barrier = async (from: ImClient, to: ImClient[]) => {
    const { seq } = await from.must('room:send', { channelId, text: 'barrier' });
    for (const client of to) {
      await client.until(([event, payload]) => event === 'room:message' && payload.seq === seq);
    }
  };

  it('bring chat to the clients of the other, each message once', async () => {
    const { client: ann } = await joined(one, 'ann');
    const { client: bob } = await joined(two, 'bob');
    const numbers = Array.from({ length: 10 }, (_, i) => i + 1);
    for (let i = 0; i < 5; i++) {
      await ann.must('room:send', { channelId, text: `a${i}` });
      await bob.must('room:send', { channelId, text: `b${i}` });
    }
    for (const client of [ann, bob]) {
      for (const seq of numbers) {
        await client.until(([event, payload]) => event === 'room:message' && payload.seq === seq);
      }
      // Sent at different processes, neighbours may overtake each other: that is what the numbers are for.
      const seen = client.of('room:message').map(({ seq }) => seq);
      expect(seen.sort((a, b) => a - b)).toEqual(numbers);
    }
    // Larger than NOTIFY carries.
    const text = '𠮷'.repeat(1000);
    await ann.must('room:send', { channelId, text: text });
    await bob.until(([event, payload]) => event === 'room:message' && payload.text === text);
  });

  it('merge presence, and tell of a user once, wherever their devices are', async () => {
    const { client: ann } = await joined(one, 'ann');
    const { client: bob, snapshot } = await joined(two, 'bob');
    expect(snapshot.onlineCount).toBe(2);
    expect(snapshot.online.map(({ userId }) => userId)).toEqual(['ann', 'bob']);
    const { client: first } = await joined(one, 'cas');
    const { client: second, snapshot: seen } = await joined(two, 'cas');
    expect(seen.onlineCount).toBe(3);
    for (const client of [ann, bob]) await client.until(() => client.came.includes('cas'));
    await first.must('room:leave', { channelId });
    await barrier(ann, [ann, bob]);
    expect(ann.gone).toEqual([]);
    await second.must('room:leave', { channelId });
    for (const client of [ann, bob]) await client.until(() => client.gone.includes('cas'));
    await barrier(bob, [ann, bob]);
    for (const client of [ann, bob]) {
      expect(client.came.filter((userId) => userId === 'cas')).toHaveLength(1);
      expect(client.gone).toEqual(['cas']);
    }
  });

  it('keep a user present whose connection is lost and comes back to the other', async () => {
    const { client: ann } = await joined(one, 'ann');
    const { client: before } = await joined(one, 'dan');
    before.close();
    const { client: after } = await joined(two, 'dan');
    after.close();
    await ann.until(() => ann.gone.includes('dan'));
    expect(ann.came.filter((userId) => userId === 'dan')).toHaveLength(1);
    expect(ann.gone).toEqual(['dan']);
  });

  it('expire an invitation once, told to both sides at whichever process they are', async () => {
    const { client: host } = await joined(one, 'host');
    const { client: viewer } = await joined(two, 'eve');
    const path = `/v1/channels/${channelId}/co-host/invitations`;
    const made = await two.api<InvitationView>(
      'POST',
      path,
      { kind: 'apply' },
      await two.token('eve', 'eve'),
    );
    expect(made.status).toBe(201);
    for (const client of [host, viewer]) {
      await client.until(([event, payload]) => event === 'co-host:invitation' && payload.state === 'expired');
    }
    await barrier(viewer, [host, viewer]);
    for (const client of [host, viewer]) {
      expect(client.of('co-host:invitation').map(({ state }) => state)).toEqual(['pending', 'expired']);
    }
  });

  it('forget whom a killed process held', async () => {
    const { client: ann } = await joined(one, 'ann');
    await joined(two, 'fay');
    await two.end('SIGKILL');
    await ann.until(() => ann.gone.includes('fay'));
    await two.restart();
    expect((await joined(two, 'gus')).snapshot.online.map(({ userId }) => userId)).toEqual(['ann', 'gus']);
  });
});
