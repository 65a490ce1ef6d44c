import type { ChannelView, ProblemDetails } from '../../../src/contracts';
import { ImModule, ImFacade, RoomLeft } from '../../../src/im';
import { ChatRepository } from '../../../src/im/chat/chat.repository';
import { UserRateLimits } from '../../../src/im/sockets/user-rate-limits';
import { ChannelSourceChanged, LiveModule } from '../../../src/live';
import { SignalsModule } from '../../../src/signals';
import { NodesFacade, NodesModule } from '../../../src/nodes';
import { FakeNodes } from '../../support/fakes/fake-nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { until } from '../../support/waiting/until';
import { EventLog } from '../../support/app/event-log';
import { ImClient } from '../../support/app/im-client';

describe('im', () => {
  const nodes = new FakeNodes();
  let api: TestApi;
  let events: EventLog;
  let channelId: string;
  const open: ImClient[] = [];
  beforeAll(async () => {
    api = await TestApi.start({
      config: { PRESENCE_GRACE_MS: 300 },
      rooms: [LiveModule, ImModule, SignalsModule],
      fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)],
    });
    events = new EventLog(api.bus, [RoomLeft]);
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    events.clear();
    // Limits go by user; those of the tests before are not this one's.
    const limits = new UserRateLimits();
    jest.spyOn(api.get(UserRateLimits), 'of').mockImplementation((userId) => limits.of(userId));
    const made = await api.request<ChannelView>('POST', '/v1/channels', {
      as: 'host',
      body: { title: 'A channel' },
    });
    channelId = made.body.id;
  });
  afterEach(() => open.splice(0).forEach((client) => client.close()));

  const connect = async (userId: string, ttlSeconds?: number) => {
    const client = await ImClient.connect(api.url, {
      token: await api.token(userId, {}, ttlSeconds),
    });
    open.push(client);
    return client;
  };
  const joined = async (userId: string) => {
    const client = await connect(userId);
    await client.must('room:join', { channelId });
    return client;
  };
  const person = (userId: string) => ({ userId, name: `name of ${userId}` });

  describe('handshake', () => {
    it.each([
      ['no token', {}, 'token_missing'],
      ['a token that is no text', { token: 7 }, 'token_missing'],
      ['garbage', { token: 'garbage' }, 'token_invalid'],
    ])('refuses %s with problem details', async (_, auth, code) => {
      const refused = ImClient.connect(api.url, auth);
      await expect(refused).rejects.toMatchObject({ data: { code, status: 401 } });
    });

    it('refuses an expired token', async () => {
      await expect(connect('u', -1)).rejects.toMatchObject({ data: { code: 'token_invalid' } });
    });

    it('ends the connection when the token does', async () => {
      const client = await connect('u', 2);
      const reason = await new Promise((resolve) => client.socket.once('disconnect', resolve));
      expect(reason).toBe('io server disconnect');
    });

    it('lets pages of PUBLIC_URL poll, and of no other origin', async () => {
      const from = async (origin: string) => {
        const response = await fetch(`${api.url}/socket.io/?EIO=4&transport=polling`, {
          headers: { origin },
        });
        return response.headers.get('access-control-allow-origin');
      };
      expect(await from('http://console.test')).toBe('http://console.test');
      expect(await from('http://evil.test')).toBeNull();
    });
  });

  describe('presence', () => {
    it('tells who is there, the host first, and who comes and goes, tabs counting once', async () => {
      const viewer = await connect('viewer');
      expect(await viewer.must('room:join', { channelId })).toEqual({
        channelId,
        lastSeq: 0,
        online: [{ userId: 'viewer', name: 'name of viewer' }],
        onlineCount: 1,
        source: 'none',
        sourceVersion: 0,
        likes: 0,
      });
      const tabs = [await connect('host'), await connect('host')] as const;
      const snapshots = await Promise.all(tabs.map((tab) => tab.must('room:join', { channelId })));
      for (const snapshot of snapshots) {
        expect(snapshot.online.map(({ userId }) => userId)).toEqual(['host', 'viewer']);
        expect(snapshot.onlineCount).toBe(2);
      }
      await viewer.until(() => viewer.came.includes('host'));
      tabs[0].close();
      await tabs[1].must('room:leave', { channelId });
      await viewer.until(() => viewer.gone.includes('host'));
      await events.until(new RoomLeft(channelId, 'host'));
      const last = { channelId, onlineCount: 1, joined: [], left: [person('host')] };
      expect(viewer.of('room:presence').at(-1)).toEqual(last);
      expect(viewer.came.filter((userId) => userId === 'host')).toHaveLength(1);
      expect(viewer.gone).toEqual(['host']);
      expect(events.all).toEqual([new RoomLeft(channelId, 'host')]);
    });

    it('ends with the connection', async () => {
      const watcher = await joined('watcher');
      const viewer = await joined('viewer');
      viewer.close();
      await watcher.until(() => watcher.gone.includes('viewer'));
      await events.until(new RoomLeft(channelId, 'viewer'));
      const again = await watcher.must('room:join', { channelId });
      expect(again.online.map(({ userId }) => userId)).toEqual(['watcher']);
    });

    it('knows who is online at all', async () => {
      const im = api.get(ImFacade);
      expect(await im.isOnline('someone', channelId)).toBe(false);
      await connect('someone');
      expect(await im.isOnline('someone', channelId)).toBe(true);
    });

    it.each([
      [{ channelId: '5f0c1c7e-0000-4000-8000-000000000000' }, 'channel_not_found'],
      [{ channelId: 'x' }, 'invalid_input'],
      [{}, 'invalid_input'],
      [null, 'invalid_input'],
      ['text', 'invalid_input'],
      [[{ channelId: 'x' }], 'invalid_input'],
    ])('refuses to join %j', async (payload, code) => {
      const client = await connect('viewer');
      expect(await client.raw('room:join', payload)).toMatchObject({ ok: false, error: { code } });
    });

    it('bounds the rooms of one connection', async () => {
      const client = await connect('viewer');
      const token = await api.token('host');
      const answers: string[] = [];
      for (let i = 0; i < 20; i++) {
        const { body } = await api.request<ChannelView>('POST', '/v1/channels', {
          token,
          body: { title: 't' },
        });
        const answer = await client.ask('room:join', { channelId: body.id });
        answers.push(answer.ok ? 'ok' : answer.error.code);
      }
      expect(answers).toEqual([...Array<string>(18).fill('ok'), 'invalid_input', 'invalid_input']);
    });
  });

  describe('chat', () => {
    it('reaches everybody in the room with its number, and nobody else', async () => {
      const [host, viewer, outsider] = [
        await joined('host'),
        await joined('viewer'),
        await connect('outsider'),
      ];
      const sent = await viewer.must('room:send', { channelId, text: '  你好 👋  ' });
      expect(sent).toMatchObject({
        channelId,
        seq: 1,
        userId: 'viewer',
        name: 'name of viewer',
        text: '你好 👋',
      });
      for (const client of [host, viewer]) {
        await client.until(([event]) => event === 'room:message');
        expect(client.of('room:message')).toEqual([sent]);
      }
      expect(await outsider.must('room:join', { channelId })).toMatchObject({ lastSeq: 1 });
      expect(outsider.of('room:message')).toEqual([]);
      expect(await outsider.must('room:history', { channelId, afterSeq: 0 })).toEqual([sent]);
      expect(await outsider.must('room:history', { channelId, afterSeq: 1 })).toEqual([]);
    });

    it('numbers concurrent messages without gaps, and everybody gets them in order', async () => {
      const clients = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((user) => joined(user)));
      const sent = await Promise.all(
        clients.flatMap((client, c) =>
          Array.from({ length: 8 }, (_, i) => client.must('room:send', { channelId, text: `${c}.${i}` })),
        ),
      );
      const expected = Array.from({ length: 40 }, (_, i) => i + 1);
      expect(sent.map(({ seq }) => seq).sort((x, y) => x - y)).toEqual(expected);
      for (const client of clients) {
        await client.until(([, payload]) => (payload as { seq?: number }).seq === 40);
        expect(client.of('room:message').map(({ seq }) => seq)).toEqual(expected);
      }
      const history = await clients[0]?.must('room:history', { channelId, afterSeq: 35 });
      expect(history?.map(({ seq }) => seq)).toEqual([36, 37, 38, 39, 40]);
    });

    it('is numbered by the database, so that writers need not know of each other', async () => {
      const chat = api.get(ChatRepository);
      const message = { channelId, kind: 'user' as const, event: null, userId: 'a', name: 'A', text: 'x' };
      const stored = await Promise.all(Array.from({ length: 20 }, () => chat.append(message)));
      const numbers = stored.map(({ seq }) => seq).sort((x, y) => x - y);
      expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      expect(await chat.lastSeq(channelId)).toBe(20);
    });

    it('needs the room', async () => {
      const client = await connect('viewer');
      for (const answer of [
        await client.ask('room:send', { channelId, text: 'x' }),
        await client.ask('room:history', { channelId, afterSeq: 0 }),
      ]) {
        expect(answer).toMatchObject({ ok: false, error: { code: 'not_in_room', status: 409 } });
      }
    });

    it.each([
      [''],
      ['   '],
      ['x'.repeat(1001)],
      ['a\u0007b'],
      ['two\nlines'],
      ['\u202eevil'],
      [7],
      [null],
      [undefined],
    ])('refuses the text %j', async (text) => {
      const client = await joined('viewer');
      const answer = await client.raw('room:send', { channelId, text });
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
      expect((answer as { error: ProblemDetails }).error.detail).toMatch(/text/);
    });

    it('takes 1,000 characters of any script', async () => {
      const client = await joined('viewer');
      expect((await client.must('room:send', { channelId, text: '𠮷'.repeat(1000) })).seq).toBe(1);
    });

    it('is limited to ten messages in five seconds per connection', async () => {
      const client = await joined('viewer');
      const other = await joined('other');
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => client.ask('room:send', { channelId, text: 'x' })),
      );
      const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
      expect(codes).toEqual([...Array<string>(10).fill('ok'), 'rate_limited', 'rate_limited']);
      expect(await other.must('room:send', { channelId, text: 'y' })).toMatchObject({ seq: 11 });
    });

    it('goes with its channel', async () => {
      const client = await joined('viewer');
      await client.must('room:send', { channelId, text: 'x' });
      await api.request('DELETE', `/v1/channels/${channelId}`, { as: 'host' });
      // Asks for history, which changes nothing: a message on its way may still be written.
      await until(async () => {
        const answer = await client.ask('room:history', { channelId, afterSeq: 0 });
        return !answer.ok && answer.error.code === 'not_in_room';
      });
      expect(await client.ask('room:send', { channelId, text: 'y' })).toMatchObject({
        ok: false,
        error: { code: 'not_in_room' },
      });
    });
  });

  describe('signals', () => {
    it('go to all devices of a user, and to no one else', async () => {
      const [one, two, other] = [await connect('host'), await connect('host'), await joined('viewer')];
      api.get(ImFacade).toUser('host', 'live:stop-push', { channelId, role: 'host' });
      for (const client of [one, two]) await client.until(([event]) => event === 'live:stop-push');
      // The room's own signal comes after, on the same connection.
      api.get(ImFacade).toRoom(channelId, 'live:source', { channelId, source: 'mix', sourceVersion: 2 });
      await other.until(([event]) => event === 'live:source');
      expect(other.of('live:stop-push')).toEqual([]);
    });

    it('tell the room what viewers see, when that changes', async () => {
      const viewer = await joined('viewer');
      api.bus.publish(new ChannelSourceChanged(channelId, 'host', 1, 'none', 1));
      api.bus.publish(new ChannelSourceChanged(channelId, 'host', 3, 'host', 1));
      api.bus.publish(new ChannelSourceChanged(channelId, 'mix', 4, 'host', 2));
      await viewer.until(([, payload]) => (payload as { source?: string }).source === 'mix');
      expect(viewer.of('live:source')).toEqual([
        { channelId, source: 'host', sourceVersion: 1 },
        { channelId, source: 'mix', sourceVersion: 2 },
      ]);
    });
  });

  describe('a token in the middle of a connection', () => {
    it('goes on with another token of the same user, as far as that one is good', async () => {
      const client = await connect('u', 2);
      await client.must('room:join', { channelId });
      const token = await api.token('u', {}, 60);
      const { expiresAt } = await client.must('auth:renew', { token });
      expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(50_000);
      // Past the end of the first one, in the room still.
      const first = await connect('u', 2);
      await new Promise((resolve) => first.socket.once('disconnect', resolve));
      await client.must('room:send', { channelId, text: 'still here' });

      const limited = await api.token('u', { channels: [] }, 60);
      await client.must('auth:renew', { token: limited });
      expect(await client.raw('room:send', { channelId, text: 'not any more' })).toMatchObject({ ok: false });
      expect(await client.raw('room:join', { channelId })).toMatchObject({
        ok: false,
        error: { code: 'not_granted' },
      });
    });

    it.each([
      ['another user’s token', () => api.token('other')],
      ['an expired token', () => api.token('u', {}, -1)],
      ['garbage', () => Promise.resolve('garbage')],
    ])('stays as it is with %s', async (_, tokenOf) => {
      const client = await connect('u', 60);
      const answer = await client.raw('auth:renew', { token: await tokenOf() });
      expect(answer).toMatchObject({ ok: false, error: { code: 'token_invalid' } });
      await client.must('room:join', { channelId });
    });
  });
});
