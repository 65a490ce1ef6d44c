import type { ChannelView } from '../../../src/contracts';
import type { ChannelSnapshot } from '../../../src/media/contract';
import { ChannelDeleted, LiveModule } from '../../../src/live';
import { NodeReported, NodesFacade, NodesModule } from '../../../src/nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';
import { until } from '../../support/waiting/until';

const nodes = new FakeNodes();
let api: TestApi;
let isRecordable = true;
beforeAll(async () => {
  api = await TestApi.start({ rooms: [LiveModule], fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)] });
  api.bus.record((events) => {
    const told = events.some((event) => event instanceof ChannelDeleted);
    return told && !isRecordable ? Promise.reject(new Error('not now')) : Promise.resolve(undefined);
  });
});
afterAll(() => api.stop());
beforeEach(() => {
  isRecordable = true;
  nodes.alive = [fakeNode('node-a')];
  nodes.commands.length = 0;
});

async function pushed(): Promise<{ id: string; snapshot: ChannelSnapshot }> {
  const { id } = await api.must<ChannelView>('host', 'POST', 'channels', { title: 'A channel' });
  await api.must('host', 'POST', `channels/${id}/push-url`);
  const publishers = [{ role: 'host' as const, epoch: 1, active: true }];
  const rest = { viewers: 0, video: null, settings: '', relay: null };
  return { id, snapshot: { channelId: id, source: 'host', epoch: 1, publishers, ...rest } };
}

describe('a channel that is deleted', () => {
  it('is gone, though its node can’t be told, and is closed at its node’s next report', async () => {
    const { id, snapshot } = await pushed();
    const unreachable = jest.spyOn(nodes, 'disconnectPublishers').mockRejectedValue(new Error('no answer'));
    expect((await api.as('host', 'DELETE', `channels/${id}`)).status).toBe(204);
    expect(unreachable).toHaveBeenCalledTimes(2);
    unreachable.mockRestore();
    api.bus.publish(new NodeReported('node-a', 1, { channels: [snapshot], conferences: [] }));
    await until(() => nodes.commands.length > 0);
    expect(nodes.commands).toEqual([{ command: 'disconnect', nodeId: 'node-a', id, role: 'host' }]);
  });

  it('and what is told of it are one commit', async () => {
    const { id } = await pushed();
    isRecordable = false;
    expect((await api.as('host', 'DELETE', `channels/${id}`)).status).toBe(500);
    expect(nodes.commands).toEqual([]);
    isRecordable = true;
    expect((await api.as('host', 'GET', `channels/${id}`)).status).toBe(200);
    expect((await api.as('host', 'DELETE', `channels/${id}`)).status).toBe(204);
  });
});
