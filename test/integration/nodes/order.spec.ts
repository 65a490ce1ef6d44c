import { randomUUID } from 'node:crypto';
import { ConferenceFacade, ConferenceMemberChanged, ConferenceModule } from '../../../src/conference';
import type { ChannelView, ConferenceView, JoinView, PushUrlView } from '../../../src/contracts';
import { ChannelSourceChanged, LiveFacade, LiveModule } from '../../../src/live';
import type { NodeReport, NodeSnapshot } from '../../../src/media/contract';
import { NodeReported } from '../../../src/nodes';
import { EventLog } from '../../support/app/event-log';
import { TestApi } from '../../support/app/test-api';
import { prepareDatabase, type TestDatabase } from '../../support/database/test-database';
import { credentialOf } from '../../support/fakes/fake-media-node';
import { until } from '../../support/waiting/until';

/** Reports of one node that come to two processes: what was told later counts, wherever it came. */
describe('reports that come to two API processes', () => {
  let database: TestDatabase;
  let one: TestApi;
  let two: TestApi;
  /** What happened to channel and member. */
  let told: { one: EventLog; two: EventLog };
  let credential: ReturnType<typeof credentialOf>;
  let bootId: string;
  let channelId: string;
  let member: { conferenceId: string; memberId: string };

  beforeAll(async () => {
    database = await prepareDatabase();
    const options = { databaseUrl: database.url, rooms: [LiveModule, ConferenceModule] };
    [one, two] = await Promise.all([TestApi.start(options), TestApi.start(options)]);
    const types = [ChannelSourceChanged, ConferenceMemberChanged];
    credential = credentialOf('n', one.signer);
    told = { one: new EventLog(one.bus, types), two: new EventLog(two.bus, types) };
  });
  afterAll(async () => {
    await one.stop();
    await two.stop();
    await database.drop();
  });

  const post = async (api: TestApi, seq: number, snapshot: NodeSnapshot, boot = bootId): Promise<number> => {
    const report: NodeReport = {
      ...{ bootId: boot, seq, snapshot, events: [], load: 0, rtmpPort: 1 },
      ...{ mediaUrl: 'http://127.0.0.1:9', rtmpUrl: 'rtmp://127.0.0.1:9', controlUrl: 'http://127.0.0.1:9' },
    };
    const token = credential.token();
    return (await api.request('POST', '/internal/nodes/n/report', { token, body: report })).status;
  };
  const nothing = { channels: [], conferences: [] };
  /** All that the node carries in these tests. */
  const busy = (viewers = 1): NodeSnapshot => {
    const host = { role: 'host', epoch: 1, active: true } as const;
    const { conferenceId, memberId } = member;
    const present = { memberId, userId: 'guest', connected: true, audio: true, video: true, permissions: 1 };
    return {
      channels: [
        {
          ...{ channelId, source: 'host', epoch: 1, publishers: [host], viewers },
          ...{ video: null, settings: '', relay: null },
        },
      ],
      conferences: [{ conferenceId, members: [present] }],
    };
  };
  const seen = async () => {
    const { source, viewers } = await one.get(LiveFacade).get(channelId);
    const members = await one.get(ConferenceFacade).members(member.conferenceId);
    return { source, viewers, guest: members.find(({ userId }) => userId === 'guest')!.state };
  };
  const becomes = async (wanted: Awaited<ReturnType<typeof seen>>) => {
    await until(async () => JSON.stringify(await seen()) === JSON.stringify(wanted));
  };

  beforeEach(async () => {
    bootId = randomUUID();
    await post(one, 1, nothing);
    channelId = (await one.as<ChannelView>('host', 'POST', 'channels', { title: 't' })).body.id;
    await one.must<PushUrlView>('host', 'POST', `channels/${channelId}/push-url`);
    const { id: conferenceId } = (
      await one.as<ConferenceView>('host', 'POST', 'conferences', { access: 'open' })
    ).body;
    const { memberId } = await one.must<JoinView>('guest', 'POST', `conferences/${conferenceId}/members`);
    member = { conferenceId, memberId };
    await post(one, 5, busy());
    await becomes({ source: 'host', viewers: 1, guest: 'connected' });
    for (const log of [told.one, told.two]) log.clear();
  });

  it('an older one that comes later changes nothing', async () => {
    expect(await post(two, 4, nothing)).toBe(204);
    expect(await post(two, 5, nothing)).toBe(204);
    await post(two, 6, busy(2));
    await becomes({ source: 'host', viewers: 2, guest: 'connected' });
    expect([...told.one.all, ...told.two.all]).toEqual([]);
  });

  it('one that was taken before and is applied later changes nothing', async () => {
    const [row] = await one.sql<[{ told: string }]>('SELECT told FROM media_nodes');
    const order = Number(row.told);
    // The other process was slow with what it took before.
    two.bus.publish(new NodeReported('n', order - 1, nothing));
    two.bus.publish(new NodeReported('other', 1, nothing));
    await until(async () => {
      const done = await one.sql<object[]>(`SELECT 1 FROM node_followers WHERE node_id = 'other'`);
      return done.length === 2;
    });
    expect(await seen()).toEqual({ source: 'host', viewers: 1, guest: 'connected' });
    await post(two, 6, nothing);
    await becomes({ source: 'none', viewers: 0, guest: 'joined' });
  });

  it('a node that has started again begins anew, whichever numbers it had', async () => {
    const again = randomUUID();
    await post(two, 1, nothing, again);
    await becomes({ source: 'none', viewers: 0, guest: 'joined' });
    await post(one, 2, busy(4), again);
    await becomes({ source: 'host', viewers: 4, guest: 'connected' });
  });
});
