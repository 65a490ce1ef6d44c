/** Moderation of the rooms, system messages, limits by user, and a history that a client who is cut can rely on. */
import { EventEmitter, once } from 'node:events';
import type { ChannelView, ChatMessage, ListView, RoomRestrictionView } from '../../../src/contracts';
import { ImModule, ChatFacade, RoomLeft } from '../../../src/im';
import { ContentFilter } from '../../../src/im/chat/content-filter';
import { RateLimit } from '../../../src/im/sockets/rate-limit';
import { UserRateLimits } from '../../../src/im/sockets/user-rate-limits';
import { LiveModule } from '../../../src/live';
import { NodesFacade, NodesModule } from '../../../src/nodes';
import { FakeNodes } from '../../support/fakes/fake-nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { EventLog } from '../../support/app/event-log';
import { type ImClient } from '../../support/app/im-client';

const nodes = new FakeNodes();
let api: TestApi;
let events: EventLog;
let channelId: string;
const open: ImClient[] = [];

beforeAll(async () => {
  api = await TestApi.start({
    config: { PRESENCE_GRACE_MS: 300 },
    rooms: [LiveModule, ImModule],
    fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)],
  });
  events = new EventLog(api.bus, [RoomLeft]);
}, 60_000);
afterAll(() => api.stop());

let shows = 0;
/** Limits go by user, so every test has its own. */
const id = (name: string) => (name === 'admin' ? name : `${name}-${shows}`);
beforeEach(async () => {
  shows += 1;
  events.clear();
  const made = await api.request<ChannelView>('POST', '/v1/channels', {
    as: id('host'),
    body: { title: 'A channel' },
  });
  channelId = made.body.id;
});
afterEach(() => open.splice(0).forEach((client) => client.close()));

async function connect(who: string): Promise<ImClient> {
  const client = await api.connect(id(who));
  open.push(client);
  return client;
}
async function joined(who: string): Promise<ImClient> {
  const client = await connect(who);
  await client.must('room:join', { channelId });
  return client;
}
const rest = <T = RoomRestrictionView & { code?: string }>(
  who: string,
  method: string,
  path: string,
  body?: unknown,
) => api.as<T>(id(who), method, `channels/${channelId}/im/${path}`, body);
const say = (client: ImClient, text = 'hello') => client.ask('room:send', { channelId, text });
const codeOf = (answer: Awaited<ReturnType<typeof say>>) => (answer.ok ? 'ok' : answer.error.code);

describe('a mute', () => {
  it('is told, holds on all of their devices until its end, and can be lifted', async () => {
    const [one, two, watcher] = [await joined('gina'), await joined('gina'), await joined('max')];
    const { status, body } = await rest('host', 'POST', 'mutes', { userId: id('gina'), durationMs: 600_000 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ userId: id('gina'), name: `name of ${id('gina')}`, byUserId: id('host') });
    expect(Date.parse(body.until!) - Date.now()).toBeGreaterThan(590_000);
    for (const client of [one, two]) {
      await client.until(([name, p]) => name === 'room:restricted' && p.active && p.kind === 'muted');
      expect(await say(client)).toMatchObject({
        ok: false,
        error: { code: 'muted_in_room', status: 403, args: { until: body.until } },
      });
    }
    expect(codeOf(await say(watcher))).toBe('ok');
    expect((await rest<ListView<unknown>>('host', 'GET', 'mutes')).body.items).toEqual([body]);

    // Again: the new end counts.
    await rest('admin', 'POST', 'mutes', { userId: id('gina'), durationMs: 1_000 });
    const [row] = (await rest<ListView<RoomRestrictionView>>('host', 'GET', 'mutes')).body.items;
    expect(row).toMatchObject({ byUserId: 'admin' });
    await api.sql(
      `UPDATE room_restrictions SET until = now() - interval '1 ms' WHERE user_id = '${id('gina')}'`,
    );
    expect(codeOf(await say(one))).toBe('ok');
    expect((await rest<ListView<unknown>>('host', 'GET', 'mutes')).body.items).toEqual([]);
    expect((await rest('host', 'DELETE', `mutes/${id('gina')}`)).body.code).toBe('mute_not_found');

    await rest('host', 'POST', 'mutes', { userId: id('gina'), durationMs: 600_000 });
    expect((await rest('host', 'DELETE', `mutes/${id('gina')}`)).status).toBe(204);
    await one.until(([name, p]) => name === 'room:restricted' && !p.active);
    expect(codeOf(await say(one))).toBe('ok');
  });
});

describe('a ban', () => {
  it('puts all of their devices out at once, and keeps them out until it is lifted', async () => {
    const tabs = [await joined('gina'), await joined('gina')] as const;
    const watcher = await joined('max');
    const { status, body } = await rest('host', 'POST', 'bans', { userId: id('gina') });
    expect({ status, until: body.until }).toEqual({ status: 201, until: null });
    await watcher.until(() => watcher.gone.includes(id('gina')));
    await events.until(new RoomLeft(channelId, id('gina')));
    for (const tab of tabs) {
      await tab.until(([name, p]) => name === 'room:restricted' && p.kind === 'banned' && p.active);
      expect(codeOf(await say(tab))).toBe('not_in_room');
      const again = await tab.ask('room:join', { channelId });
      expect(again).toMatchObject({ ok: false, error: { code: 'banned_from_room', status: 403 } });
    }
    const heard = await say(watcher, 'is she gone?');
    expect(heard.ok).toBe(true);
    // The host's next signal to them comes after everything the room could have sent them.
    await rest('host', 'DELETE', `bans/${id('gina')}`);
    for (const tab of tabs) {
      await tab.until(([name, p]) => name === 'room:restricted' && !p.active);
      expect(tab.of('room:message').map(({ text }) => text)).not.toContain('is she gone?');
    }
    await tabs[0].must('room:join', { channelId });
    await watcher.until(() => watcher.came.at(-1) === id('gina'));
    expect((await watcher.must('room:join', { channelId })).onlineCount).toBe(2);
    expect(watcher.gone).toEqual([id('gina')]);
  });

  it.each(['message', 'look into the history'])(
    'that nobody was told of holds from their next %s on',
    async (what) => {
      const [client, watcher] = [await joined('gina'), await joined('max')];
      // As when a process dies, or its NOTIFY is lost, between the row and the word.
      await api.sql(
        `INSERT INTO room_restrictions (channel_id, user_id, kind, name, by_user_id) VALUES ($1, $2, 'ban', 'G', 'host')`,
        [channelId, id('gina')],
      );
      const next = () =>
        what === 'message' ? say(client) : client.ask('room:history', { channelId, afterSeq: 0 });
      expect(await next()).toMatchObject({ ok: false, error: { code: 'banned_from_room' } });
      await watcher.until(
        ([name, p]) => name === 'room:presence' && p.left.some(({ userId }) => userId === id('gina')),
      );
      expect(await next()).toMatchObject({ ok: false, error: { code: 'not_in_room' } });
      expect(watcher.of('room:message')).toEqual([]);
    },
  );

  it('can have an end, and one who was not here can be banned too', async () => {
    await rest('host', 'POST', 'bans', { userId: id('gina'), durationMs: 60_000 });
    const client = await connect('gina');
    expect(await client.ask('room:join', { channelId })).toMatchObject({ ok: false });
    await api.sql(
      `UPDATE room_restrictions SET until = now() - interval '1 ms' WHERE user_id = '${id('gina')}'`,
    );
    await client.must('room:join', { channelId });
  });

  it('and a join at the same moment never leave a banned user in the room', async () => {
    const watcher = await joined('max');
    for (let round = 0; round < 10; round++) {
      const client = await connect(`gina${round}`);
      const [, banned] = await Promise.all([
        client.ask('room:join', { channelId }),
        rest('host', 'POST', 'bans', { userId: id(`gina${round}`) }),
      ]);
      expect(banned.status).toBe(201);
      expect(codeOf(await say(client))).toBe('not_in_room');
    }
    const { online } = await watcher.must('room:join', { channelId });
    expect(online.map(({ userId }) => userId)).toEqual([id('max')]);
  });

  it.each(['mutes', 'bans'])(
    'and the like: %s are for host and admin, and not against the host',
    async (what) => {
      const body = { userId: id('gina'), durationMs: 60_000 };
      for (const who of ['gina', 'max']) {
        expect((await rest(who, 'POST', what, body)).body.code).toBe('not_allowed');
        expect((await rest(who, 'GET', what)).body.code).toBe('not_allowed');
        expect((await rest(who, 'DELETE', `${what}/x`)).body.code).toBe('not_allowed');
      }
      expect((await rest('admin', 'POST', what, { ...body, userId: id('host') })).body.code).toBe(
        'invalid_input',
      );
      for (const durationMs of [0, -1, 999, 1000.5, '60000', 40_000_000_000, null]) {
        expect((await rest('host', 'POST', what, { ...body, durationMs })).body.code).toBe('invalid_input');
      }
      expect((await rest('host', 'POST', 'mutes', { userId: id('gina') })).body.code).toBe('invalid_input');
      expect((await rest('admin', 'POST', what, body)).status).toBe(201);
    },
  );
});

describe('the chat', () => {
  it('tells what happened, under the same numbers as what was said', async () => {
    const client = await joined('max');
    await say(client, 'one');
    await api.get(ChatFacade).announce(channelId, 'on-air', { userId: id('gu'), name: 'Gu' });
    await rest('host', 'POST', 'mutes', { userId: id('gu'), durationMs: 60_000 });
    await say(client, 'four');
    await client.until(([name, p]) => name === 'room:message' && p.seq === 4);
    const seen = client.of('room:message');
    expect(seen).toMatchObject([
      { seq: 1, kind: 'user', event: null, text: 'one' },
      { seq: 2, kind: 'system', event: 'on-air', userId: id('gu'), name: 'Gu', text: 'Gu is on the air' },
      { seq: 3, kind: 'system', event: 'muted', userId: id('gu') },
      { seq: 4, kind: 'user', text: 'four' },
    ]);
    expect(await client.must('room:history', { channelId, afterSeq: 0 })).toEqual(seen);
  });

  it("reaches all of everybody's devices, the sender's other tabs too, each once", async () => {
    const devices = [await joined('gina'), await joined('gina'), await joined('max'), await joined('max')];
    await say(devices[0]!, 'first');
    await say(devices[2]!, 'last');
    for (const device of devices) {
      await device.until(([name, p]) => name === 'room:message' && p.seq === 2);
      expect(device.of('room:message').map(({ text }) => text)).toEqual(['first', 'last']);
    }
  });

  it('refuses what the content filter does not let pass; it takes no number', async () => {
    const filter = api.get(ContentFilter);
    const allows = jest.spyOn(filter, 'allows').mockImplementation(({ text }) => !text.includes('evil'));
    const client = await joined('max');
    expect(await say(client, 'an evil word')).toMatchObject({
      ok: false,
      error: { code: 'message_refused', status: 422 },
    });
    expect(await say(client, 'a good word')).toMatchObject({ ok: true, data: { seq: 1 } });
    expect(allows).toHaveBeenCalledWith({ channelId, userId: id('max'), text: 'an evil word' });
    allows.mockRestore();
  });

  it('is limited by user, over all of their connections, old and new', async () => {
    const tabs = [await joined('gina'), await joined('gina')] as const;
    for (let i = 0; i < 10; i++) expect(codeOf(await say(tabs[i % 2 ? 0 : 1]))).toBe('ok');
    for (const tab of tabs) expect(codeOf(await say(tab))).toBe('rate_limited');
    expect(codeOf(await say(await joined('gina')))).toBe('rate_limited');
    expect(codeOf(await say(await joined('max')))).toBe('ok');
  });
});

/** A page as it should be: fetches what it has missed after each connect, and shows each message once, in order. */
class Reader {
  readonly shown: ChatMessage[] = [];
  private readonly news = new EventEmitter().setMaxListeners(0);
  private client: ImClient | null = null;
  private held = new Map<number, ChatMessage>();

  async run(lastSeq: number, cut: () => Promise<void>): Promise<void> {
    while (this.seq < lastSeq) {
      const client = await joined('reader');
      this.client = client;
      client.socket.on('room:message', (message) => this.take(message));
      const gone = new Promise((resolve) => client.socket.once('disconnect', resolve));
      void this.catchUp(client).catch(() => undefined);
      await Promise.race([gone, cut(), this.until(lastSeq)]);
      client.close();
    }
  }

  private get seq(): number {
    return this.shown.length;
  }

  private async catchUp(client: ImClient): Promise<void> {
    let page: ChatMessage[];
    do {
      page = await client.must('room:history', { channelId, afterSeq: this.seq });
      page.forEach((message) => this.take(message));
    } while (page.length > 0 && this.client === client);
  }

  /** By number; what comes before its turn waits for the history to fill the gap. */
  private take(message: ChatMessage): void {
    if (message.seq > this.seq) this.held.set(message.seq, message);
    for (let next = this.held.get(this.seq + 1); next; next = this.held.get(this.seq + 1)) {
      this.held.delete(next.seq);
      this.shown.push(next);
    }
    this.news.emit('shown');
  }

  private async until(lastSeq: number): Promise<void> {
    while (this.seq < lastSeq) await once(this.news, 'shown');
  }
}

describe('a client that is cut again and again while others write', () => {
  it('misses nothing and shows nothing twice', async () => {
    const MESSAGES = 300;
    // People don't reconnect fifty times in five seconds; this one does.
    const limit = new RateLimit(1e6, 1);
    const unlimited = { commands: limit, messages: limit, likes: limit };
    jest.spyOn(api.get(UserRateLimits), 'of').mockReturnValue(unlimited);
    const chat = api.get(ChatFacade);
    const reader = new Reader();
    let written = 0;
    const ticks = new EventEmitter().setMaxListeners(0);
    // Cut after a few messages more, now in the middle of a join, now of the history, now of nothing at all.
    let cuts = 0;
    const cut = async () => {
      cuts += 1;
      const at = written + Math.floor(Math.random() * 20);
      while (written < at && written < MESSAGES) await once(ticks, 'written');
      if (written >= MESSAGES && cuts > 5) await new Promise(() => undefined);
    };
    const reading = reader.run(MESSAGES, cut);
    const writers = ['a', 'b', 'c'].map(async (who) => {
      while (written < MESSAGES) {
        written += 1;
        const text = `${who} ${written}`;
        await chat.post({ channelId, kind: 'user', event: null, userId: id(who), name: who, text });
        ticks.emit('written');
      }
    });
    await Promise.all(writers);
    await reading;
    expect(cuts).toBeGreaterThan(5);
    const stored: ChatMessage[] = [];
    const judge = await joined('judge');
    for (let page = [null] as unknown[]; page.length > 0;) {
      page = await judge.must('room:history', { channelId, afterSeq: stored.length });
      stored.push(...(page as ChatMessage[]));
    }
    expect(stored).toHaveLength(MESSAGES);
    expect(reader.shown).toEqual(stored);
  });
});
