/** Likes: counted by every process, added up in the channel's row, told to the room once a second. */
import type { ChannelView } from '../../../src/contracts';
import { LiveFacade } from '../../../src/live';
import { type ImClient } from '../../support/app/im-client';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';

let control: ControlPlane;
let other: TestApi;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
  other = await control.startApi();
}, 120_000);
afterAll(() => control.stop());

let id: string;
const open: ImClient[] = [];
afterEach(() => open.splice(0).forEach((client) => client.close()));
beforeEach(async () => {
  ({ id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' }));
});
const joined = async (api: TestApi, who: string) => {
  const client = await api.connect(who);
  open.push(client);
  await client.must('room:join', { channelId: id });
  return client;
};
const likesOf = async () => (await control.api.must<ChannelView>('host', 'GET', `channels/${id}`)).likes;

describe('likes', () => {
  it('of all processes are added up, and both rooms learn the sum', async () => {
    const [ann, bob] = [await joined(control.api, 'ann'), await joined(other, 'bob')];
    for (const client of [ann, bob]) {
      await client.must('live:like', { channelId: id, count: 50 });
      await client.must('live:like', { channelId: id, count: 7 });
    }
    for (const client of [ann, bob]) {
      await client.until(([event, p]) => event === 'live:likes' && p.channelId === id && p.likes === 114);
    }
    expect(await likesOf()).toBe(114);
    const { likes } = await ann.must('room:join', { channelId: id });
    expect(likes).toBe(114);
  });

  it('are told once a period, by one of all processes, and the last are told too', async () => {
    const told: boolean[] = [];
    const [here, there] = [control.api, other].map((api) => api.get(LiveFacade));
    for (const live of [here!, there!, here!]) told.push((await live.addLikes(id, 1, 60_000))!.tells);
    expect(told).toEqual([true, false, false]);
    expect(await there!.addLikes(id, 0, 0)).toEqual({ likes: 3, tells: true });
    expect(await here!.addLikes('3f0c9a7e-5d21-4b8f-a1c6-0e9d7b6a5c43', 1, 0)).toBeNull();
  });

  it('stay a number however many they are', async () => {
    await control.sql(`UPDATE channels SET likes = ${Number.MAX_SAFE_INTEGER - 1} WHERE id = $1`, [id]);
    const { likes } = (await control.api.get(LiveFacade).addLikes(id, 50, 0))!;
    expect(likes).toBe(Number.MAX_SAFE_INTEGER);
    expect(await likesOf()).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([0, -1, 51, 1.5, '1', null, undefined, 1e9])('are refused by %j at a time', async (count) => {
    const ann = await joined(control.api, 'ann');
    expect(await ann.raw('live:like', { channelId: id, count })).toMatchObject({
      error: { code: 'invalid_input' },
    });
  });

  it('are of people in the room, who may like so often', async () => {
    const ann = await control.api.connect('eager');
    open.push(ann);
    expect(await ann.ask('live:like', { channelId: id, count: 1 })).toMatchObject({
      error: { code: 'not_in_room' },
    });
    await ann.must('room:join', { channelId: id });
    const answers: string[] = [];
    for (let i = 0; i < 6; i++) {
      const answer = await ann.ask('live:like', { channelId: id, count: 50 });
      answers.push(answer.ok ? 'ok' : answer.error.code);
    }
    expect(answers).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'rate_limited']);
  });
});
