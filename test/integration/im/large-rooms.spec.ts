/** What a room costs grows with its members, and not with its members' members. */
import type { ChannelView } from '../../../src/contracts';
import { ImModule } from '../../../src/im';
import { LiveModule } from '../../../src/live';
import { RoomPresence } from '../../../src/im/presence/room-presence';
import { TestApi } from '../../support/app/test-api';
import { until } from '../../support/waiting/until';

const CROWD = 400;
const PERIOD_MS = 1_000;

describe('a large room', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.start({ rooms: [LiveModule, ImModule] });
  });
  afterAll(() => api.stop());

  it('is told who came and went about once a second, with the right count, and names at most fifty', async () => {
    const { id: channelId } = await api.must<ChannelView>('host', 'POST', 'channels', { title: 'Big show' });
    const watcher = await api.connect('watcher');
    await watcher.must('room:join', { channelId });
    const presence = api.get(RoomPresence);
    const crowd = Array.from({ length: CROWD }, (_, i) => ({ userId: `u-${i}`, name: `U ${i}` }));
    const last = () => watcher.of('room:presence').at(-1);

    const began = performance.now();
    await Promise.all(crowd.map((user) => presence.join(channelId, user, `socket-${user.userId}`)));
    await until(() => last()?.onlineCount === CROWD + 1);
    const gone = crowd.slice(0, 300);
    await Promise.all(gone.map((user) => presence.leave(channelId, user, `socket-${user.userId}`)));
    await until(() => last()?.onlineCount === CROWD + 1 - gone.length);

    // One at once, then one in each period.
    const periods = Math.ceil((performance.now() - began) / PERIOD_MS) + 1;
    const told = watcher.of('room:presence');
    expect(told.length).toBeLessThanOrEqual(periods);
    expect(told.length).toBeLessThan(CROWD / 10);
    expect(Math.max(...told.map(({ joined, left }) => joined.length + left.length))).toBe(50);
    const snapshot = await watcher.must('room:join', { channelId });
    expect(snapshot.onlineCount).toBe(last()!.onlineCount);
    watcher.close();
  });
});
