/** What becomes of members when their media comes, goes, or moves to another node. */
import { Signer } from '../../../src/auth';
import { ConferenceMoved } from '../../../src/conference';
import type { ConferenceSnapshot } from '../../../src/media/contract';
import { MediaMemberChanged, NodeLost, NodeReported } from '../../../src/nodes';
import { fakeNode } from '../../support/fakes/fake-nodes';
import { ConferenceFixture } from '../../support/fixtures/conference-fixture';
import { until } from '../../support/waiting/until';

describe('media of a conference', () => {
  let fixture: ConferenceFixture;
  beforeAll(async () => {
    fixture = await ConferenceFixture.start();
  });
  beforeEach(() => fixture.nextTest());
  afterAll(() => fixture.stop());

  it('keeps a member whose media is lost for the grace period, and lets go of them once', async () => {
    const { id, memberId } = await fixture.connectedGuest();
    fixture.media(id, memberId, 'guest', false);
    await until(async () => (await fixture.stateOf(id, 'guest')) === 'joined');
    fixture.media(id, memberId, 'guest', true);
    await until(async () => (await fixture.stateOf(id, 'guest')) === 'connected');
    const [row] = await fixture.api.sql<{ grace_deadline: Date | null }[]>(
      'SELECT grace_deadline FROM conference_members WHERE member_id = $1',
      [memberId],
    );
    expect(row).toEqual({ grace_deadline: null });
    fixture.media(id, memberId, 'guest', false);
    await until(async () => (await fixture.stateOf(id, 'guest')) === 'left');
    expect(fixture.toldOf(id)).toEqual([
      'owner invited',
      'guest joined',
      'guest connected',
      'guest joined',
      'guest connected',
      'guest joined',
      'guest left',
    ]);
  });

  it('takes what a node reports as the truth', async () => {
    const { id, memberId } = await fixture.connectedGuest();
    const report = (conferences: NodeReported['snapshot']['conferences']) =>
      fixture.api.bus.publish(new NodeReported('node-a', 1, { channels: [], conferences }));
    report([]);
    await until(async () => (await fixture.stateOf(id, 'guest')) === 'joined');
    report([holding(id, [[memberId, 'guest']])]);
    await until(async () => (await fixture.stateOf(id, 'guest')) === 'connected');
    // Nobody knows of these: out.
    const unknown = '01b6c1c0-3c1f-4bd1-a5c8-6a6a2a2f4f11';
    report([
      holding(unknown, [[unknown, 'x']]),
      holding(id, [
        [memberId, 'guest'],
        [unknown, 'ghost'],
      ]),
    ]);
    await until(() => fixture.nodes.closed.length === 2);
    expect(fixture.nodes.closed).toEqual([unknown, unknown]);
    expect(await fixture.stateOf(id, 'guest')).toBe('connected');
  });

  describe('said by a node that doesn’t carry the conference', () => {
    const evil = (event: { conferences: NodeReported['snapshot']['conferences'] } | MediaMemberChanged) =>
      fixture.api.bus.publish(
        event instanceof MediaMemberChanged ? event : new NodeReported('evil', 1, { channels: [], ...event }),
      );
    const about = (conferenceId: string, memberId: string, connected: boolean) =>
      new MediaMemberChanged('evil', 1, conferenceId, memberId, 'guest', connected, false, false, 1);

    type Ids = { own: string; id: string; memberId: string };
    it.each([
      ['an event of it', ({ id, memberId }: Ids) => about(id, memberId, false)],
      ['an event of one of its own', ({ own, memberId }: Ids) => about(own, memberId, false)],
      ['an event of a lesser connection', ({ id, memberId }: Ids) => about(id, memberId, true)],
      [
        'a report of its own, with this member',
        ({ own, memberId }: Ids) => ({
          conferences: [{ conferenceId: own, members: [{ ...off, memberId }] }],
        }),
      ],
    ])('changes nobody: %s', async (_, newsOf) => {
      const { id, memberId } = await fixture.connectedGuest();
      fixture.nodes.alive = [fakeNode('evil')];
      const own = await fixture.create('open');
      const own2 = (await fixture.join('guest', own.id)).body;
      const told = fixture.toldOf(id).length;
      evil(newsOf({ own: own.id, id, memberId }));
      // What a node says is applied in order: this comes last.
      evil({ conferences: [holding(own.id, [[own2.memberId, 'guest']])] });
      await until(async () => (await fixture.stateOf(own.id, 'guest')) === 'connected');
      const [row] = await fixture.api.sql<object[]>(
        'SELECT state, sending_audio, sending_video FROM conference_members WHERE member_id = $1',
        [memberId],
      );
      expect(row).toEqual({ state: 'connected', sending_audio: true, sending_video: true });
      expect(fixture.toldOf(id)).toHaveLength(told);
    });
  });

  it('moves to another node when its own is lost', async () => {
    const { id, memberId } = await fixture.connectedGuest();
    const moved = new Promise((resolve) => {
      fixture.api.bus.on(ConferenceMoved, ({ conferenceId }) => {
        if (conferenceId === id) resolve(id);
      });
    });
    fixture.nodes.alive = [fakeNode('node-b')];
    fixture.api.bus.publish(new NodeLost('node-a', 1));
    expect(await moved).toBe(id);
    await until(async () => (await fixture.stateOf(id, 'guest')) === 'joined');
    const joins = await Promise.all([fixture.join('guest', id), fixture.join('stranger', id)]);
    expect(joins.map(({ body }) => body.mas.url)).toEqual(Array(2).fill('wss://node-b.example/mas'));
    const egress = await fixture.facade.egressAccess(id, 'task');
    expect(egress.url).toBe('ws://10.0.0.1:8081/mas/egress');
    expect(await fixture.api.get(Signer).verify('egress', egress.token)).toMatchObject({
      conferenceId: id,
      taskId: 'task',
    });
    // Heard of again, it still has who didn't notice.
    const conferences = [holding(id, [[memberId, 'guest']])];
    fixture.api.bus.publish(new NodeReported('node-a', 1, { channels: [], conferences }));
    await until(() => fixture.nodes.released.length > 0);
    expect([fixture.nodes.released, fixture.nodes.closed]).toEqual([[id], []]);
  });

  it('forgets no grace period over a restart', async () => {
    const { id, memberId } = await fixture.connectedGuest();
    const other = (await fixture.join('stranger', id)).body.memberId;
    fixture.media(id, memberId, 'guest', false);
    await until(async () => (await fixture.stateOf(id, 'guest')) === 'joined');
    await fixture.restart();
    await until(async () => (await fixture.stateOf(id, 'guest')) === 'left');
    expect(fixture.toldOf(id)).toEqual(['guest left']);
    // One who joined and never connected has at least 20 s, and is then treated alike.
    expect(await fixture.stateOf(id, 'stranger')).toBe('joined');
    await fixture.api.sql(`UPDATE conference_members SET grace_deadline = now() WHERE member_id = $1`, [
      other,
    ]);
    await until(async () => (await fixture.stateOf(id, 'stranger')) === 'left');
  });
});

const off = { userId: 'guest', connected: true, audio: false, video: false, permissions: 1 };

/** What a node says about members of one conference; all of them connected with camera and microphone. */
function holding(conferenceId: string, members: [memberId: string, userId: string][]): ConferenceSnapshot {
  const on = { connected: true, audio: true, video: true, permissions: 1 };
  return { conferenceId, members: members.map(([memberId, userId]) => ({ memberId, userId, ...on })) };
}
