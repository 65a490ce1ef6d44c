/** A call to a media node that fails: what was decided holds, and the node's next report has it done. */
import { ConferenceFacade, ConferenceModule } from '../../../src/conference';
import type { ConferenceView, JoinView, MemberPatchedView } from '../../../src/contracts';
import type { ConferenceSnapshot } from '../../../src/media/contract';
import { MediaMemberChanged, NodeReported, NodesFacade, NodesModule } from '../../../src/nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';
import { until } from '../../support/waiting/until';

const nodes = new FakeNodes();
let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start({
    rooms: [ConferenceModule],
    fakes: [fakeRoom(NodesModule, [NodesFacade], nodes)],
  });
});
afterAll(() => api.stop());
beforeEach(() => {
  nodes.alive = [fakeNode('node-a')];
  nodes.failures = 0;
  nodes.closed.length = 0;
  nodes.permissions.length = 0;
});

const stateOf = async (id: string) =>
  (await api.get(ConferenceFacade).members(id)).find(({ userId }) => userId === 'guest')?.state;
const report = (id: string, member: Partial<ConferenceSnapshot['members'][number]> & { memberId: string }) =>
  api.bus.publish(
    new NodeReported('node-a', 1, {
      channels: [],
      conferences: [{ conferenceId: id, members: [{ ...on, ...member }] }],
    }),
  );
const on = { userId: 'guest', connected: true, audio: true, video: true, permissions: 1 };

async function call(): Promise<{ id: string; memberId: string }> {
  const { id } = await api.must<ConferenceView>('owner', 'POST', 'conferences', {});
  const { memberId } = await api.must<JoinView>('guest', 'POST', `conferences/${id}/members`);
  report(id, { memberId });
  await until(async () => (await stateOf(id)) === 'connected');
  return { id, memberId };
}
const mute = (id: string, body: object) =>
  api.as<MemberPatchedView>('owner', 'PATCH', `conferences/${id}/members/guest`, body);

describe('a mute whose call to the node fails', () => {
  it('is stored, and sent again until the node has it', async () => {
    const { id, memberId } = await call();
    nodes.failures = 1;
    const answer = await mute(id, { audio: false });
    expect(answer).toMatchObject({ status: 200, body: { audio: false, applied: false } });
    expect(nodes.permissions).toEqual([]);
    report(id, { memberId });
    await until(() => nodes.permissions.length > 0);
    expect(nodes.permissions).toEqual([{ memberId, audio: false, video: true, screen: true, version: 2 }]);
    // A node that has it isn't told again; one that says that it is behind is.
    report(id, { memberId, permissions: 2 });
    report(id, { memberId, permissions: 1 });
    await until(() => nodes.permissions.length > 1);
    expect(nodes.permissions).toHaveLength(2);
  });

  it('reaches a member who is here without media yet, or connects with a token from before it', async () => {
    const { id, memberId } = await call();
    nodes.failures = 1;
    await mute(id, { video: false });
    report(id, { memberId, connected: false });
    await until(() => nodes.permissions.length === 1);
    api.bus.publish(new MediaMemberChanged('node-a', 1, id, memberId, 'guest', true, true, true, 1));
    await until(() => nodes.permissions.length === 2);
    expect(nodes.permissions.at(-1)).toMatchObject({ memberId, video: false, version: 2 });
  });

  it('says so when the node has it', async () => {
    const { id } = await call();
    expect((await mute(id, { audio: false })).body).toMatchObject({ audio: false, applied: true });
    expect((await mute(id, { audio: true })).body).toMatchObject({ audio: true, applied: true });
    expect(nodes.permissions.map(({ version }) => version)).toEqual([2, 3]);
  });

  it('doesn’t keep what else the report asks for from being done', async () => {
    const { id, memberId } = await call();
    const other = await call();
    await mute(id, { audio: false });
    nodes.permissions.length = 0;
    nodes.failures = 1;
    const conferences = [
      { conferenceId: id, members: [{ ...on, memberId }] },
      { conferenceId: other.id, members: [{ ...on, memberId: other.memberId, permissions: 0 }] },
    ];
    api.bus.publish(new NodeReported('node-a', 1, { channels: [], conferences }));
    await until(() => nodes.permissions.length === 1);
    expect(nodes.permissions[0]).toMatchObject({ memberId: other.memberId });
  });
});

describe('a removal whose call to the node fails', () => {
  it.each([true, false])('is done at the next report, with media (%p) or before it', async (connected) => {
    const { id, memberId } = await call();
    nodes.failures = 1;
    expect((await api.as('owner', 'DELETE', `conferences/${id}/members/guest`)).status).toBe(204);
    expect(nodes.closed).toEqual([]);
    report(id, { memberId, connected });
    await until(() => nodes.closed.length > 0);
    expect(nodes.closed).toEqual([memberId]);
  });
});

describe('the end of a conference whose call to the node fails', () => {
  it('is done at the next report', async () => {
    const { id, memberId } = await call();
    nodes.failures = 1;
    expect((await api.as('owner', 'DELETE', `conferences/${id}`)).status).toBe(204);
    expect(nodes.closed).toEqual([]);
    report(id, { memberId });
    await until(() => nodes.closed.length > 0);
    expect(nodes.closed).toEqual([id]);
  });
});
