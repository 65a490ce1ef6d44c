import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { PlaybackView, PushUrlView } from '../../../src/contracts';
import { ChannelSourceChanged, LiveFacade, LiveModule } from '../../../src/live';
import { ChannelPins } from '../../../src/live/sync/channel-pins';
import type { ChannelSnapshot } from '../../../src/media/contract';
import { NodeLost, NodeReported, NodesFacade, NodesModule } from '../../../src/nodes';
import { EventLog } from '../../support/app/event-log';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { statementsOf } from '../../support/database/statements';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';
import { until } from '../../support/waiting/until';

const nodes = new FakeNodes();
let api: TestApi;
let events: EventLog;
beforeAll(async () => {
  api = await TestApi.start({ rooms: [LiveModule], fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)] });
  events = new EventLog(api.bus, [ChannelSourceChanged]);
});
afterAll(() => api.stop());
beforeEach(async () => {
  nodes.alive = [fakeNode('node-a'), fakeNode('node-b')];
  nodes.commands.length = 0;
  await api.sql('DELETE FROM channels');
});

/** Channels on a node, off the air. */
async function pinned(count: number, nodeId = 'node-a'): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await api.sql(
    `INSERT INTO channels (id, title, owner_id, owner_name, layout, output, node_id)
     SELECT unnest($1::uuid[]), 't', 'host', 'host', '{}', '{}', $2`,
    [ids, nodeId],
  );
  return ids;
}

const snapshot = (channelId: string, more: Partial<ChannelSnapshot> = {}): ChannelSnapshot => ({
  ...{
    channelId,
    source: 'host',
    epoch: 1,
    publishers: [{ role: 'host', epoch: 1, active: true }],
    viewers: 3,
  },
  ...{ video: null, settings: '', relay: null },
  ...more,
});
/** Reports, and waits until it has been taken in. @returns the statements that it took */
const report = async (channels: ChannelSnapshot[], nodeId = 'node-a'): Promise<string[]> => {
  const db = api.get(DataSource);
  const taken = jest.spyOn(nodes, 'follows');
  const rows = () => api.sql<object[]>('SELECT id, viewers, source FROM channels WHERE live ORDER BY id');
  const wanted = channels.map(({ channelId: id, viewers, source }) => ({ id, viewers, source }));
  wanted.sort((a, b) => (a.id < b.id ? -1 : 1));
  const statements = await statementsOf(db, async () => {
    api.bus.publish(new NodeReported(nodeId, 1, { channels, conferences: [] }));
    await until(() => taken.mock.calls.length === 1);
    await until(async () => JSON.stringify(await rows()) === JSON.stringify(wanted));
  });
  taken.mockRestore();
  return statements.filter((sql) => !sql.startsWith('SELECT id, viewers, source'));
};
const nodeOf = async (id: string) => (await api.get(LiveFacade).get(id)).nodeId;
const age = (minutes: number) =>
  api.sql(`UPDATE channels SET pinned_at = now() - $1 * interval '1 minute'`, [minutes]);
const sweep = () => api.get(ChannelPins).sweep();
const playback = async (id: string) =>
  (await api.as<PlaybackView>('viewer', 'GET', `channels/${id}/playback`)).body.flv;

describe('a report of a node', () => {
  it('costs one look and one write, however many channels it names, or are pinned to the node', async () => {
    await pinned(500);
    const few = await pinned(2);
    const first = await report(few.map((id) => snapshot(id)));
    const many = await pinned(60);
    const second = await report([...few, ...many].map((id) => snapshot(id)));
    expect([first, second].map((statements) => statements.map((sql) => sql.slice(0, 6)))).toEqual([
      ['SELECT', 'UPDATE'],
      ['SELECT', 'UPDATE'],
    ]);
  });

  it('writes only what differs', async () => {
    const ids = await pinned(5);
    const stamps = () => api.sql<unknown>('SELECT id, xmin::text FROM channels ORDER BY id');
    await report(ids.map((id) => snapshot(id)));
    const before = await stamps();
    await report(ids.map((id) => snapshot(id)));
    expect(await stamps()).toEqual(before);
    const [busy] = ids;
    await report(ids.map((id) => snapshot(id, { viewers: id === busy ? 9 : 3 })));
    const changed = (await stamps()) as { id: string }[];
    expect(
      changed.filter((row, i) => JSON.stringify(row) !== JSON.stringify((before as object[])[i])),
    ).toEqual([expect.objectContaining({ id: busy })]);
  });
});

describe('an idle channel', () => {
  it('stays on its node for a while, for all who get an address, and is free after it', async () => {
    const [id] = await pinned(1);
    nodes.alive = [fakeNode('node-b'), fakeNode('node-a')];
    await age(4);
    await sweep();
    expect(await playback(id!)).toContain('//node-a');
    await age(9);
    // Somebody has just got an address there.
    expect(await playback(id!)).toContain('//node-a');
    await sweep();
    expect(await nodeOf(id!)).toBe('node-a');
    await age(11);
    await sweep();
    expect(await nodeOf(id!)).toBeNull();
    expect(await playback(id!)).toContain('//node-b');
  });

  it('comes to the node that its host’s push address names, wherever it is by then', async () => {
    const [id] = await pinned(1);
    const { server } = (await api.as<PushUrlView>('host', 'POST', `channels/${id}/push-url`)).body;
    expect(server).toContain('//node-a');
    await age(11);
    await sweep();
    nodes.alive = [fakeNode('node-b'), fakeNode('node-a')];
    expect(await playback(id!)).toContain('//node-b');
    await report([snapshot(id!)]);
    expect(await nodeOf(id!)).toBe('node-a');
    expect(nodes.commands).toEqual([]);
  });

  it('is no channel that is live: that is freed by nothing but the loss of its node', async () => {
    const [live, idle] = await pinned(2);
    await report([snapshot(live!)]);
    await age(60);
    await sweep();
    expect([await nodeOf(live!), await nodeOf(idle!)]).toEqual(['node-a', null]);
    // Its node is lost, and that has yet to be applied.
    nodes.alive = [fakeNode('node-b')];
    const asked = await api.as('viewer', 'GET', `channels/${live}/playback`);
    expect(asked).toMatchObject({ status: 503, body: { code: 'media_unavailable' } });
    const statements = await statementsOf(api.get(DataSource), async () => {
      api.bus.publish(new NodeLost('node-a', 1));
      await events.until(new ChannelSourceChanged(live!, 'none', 0, 'host', 2));
    });
    expect(statements).toHaveLength(2);
    expect(await nodeOf(live!)).toBeNull();
  });

  it('begins its time on the node when it falls idle', async () => {
    const [id] = await pinned(1);
    await report([snapshot(id!)]);
    await age(60);
    await report([]);
    await sweep();
    expect(await nodeOf(id!)).toBe('node-a');
  });
});
