import { DataSource } from 'typeorm';
import { CoHostSweep } from '../../../src/co-host/co-host.sweep';
import { SessionInspection } from '../../../src/co-host/session/session-inspection';
import type { CoHostView } from '../../../src/contracts';
import { statementsOf } from '../../support/database/statements';
import { until } from '../../support/waiting/until';
import { CoHostSessionFixture, inState } from '../../support/fixtures/co-host-session-fixture';

/** Statements of a sweep that finds nothing to do: invitations, sessions, members, switches. */
const LOOK = 4;

let coHost: CoHostSessionFixture;
beforeAll(async () => {
  coHost = await CoHostSessionFixture.start({ ownIds: true });
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.rows.query('UPDATE co_host_sessions SET cleaned_at = now()'));

/** A session of its own whose host and guest are in the call, and whose mix viewers see. */
async function running(): Promise<CoHostView> {
  await coHost.nextTest();
  const session = await coHost.seat('gina');
  for (const who of ['host', 'gina']) coHost.inCall(session, coHost.id(who), 'connected');
  await coHost.told(session, (s) => s.members.every((m) => m.state === 'on-air'));
  coHost.mix(session, { state: 'running', epoch: 2 });
  coHost.source('mix');
  const live = await coHost.told(session, inState('live'));
  await healthy();
  return live;
}
const sweep = () => coHost.app.get(CoHostSweep).sweep();
/** What events have begun is done, and a sweep finds nothing to do. @returns statements of that sweep */
async function healthy(): Promise<number> {
  const db = coHost.app.get(DataSource);
  const count = async () => (await statementsOf(db, sweep)).length;
  await until(async () => (await count()) === LOOK);
  return count();
}
const due = async () => (await coHost.app.get(SessionInspection).due()).map(({ id }) => id);

describe('a sweep', () => {
  it('costs as many statements for many healthy sessions as for one', async () => {
    await running();
    expect(await healthy()).toBe(LOOK);
    for (let i = 0; i < 5; i++) await running();
    const asked = jest.spyOn(coHost.rooms.live, 'getMany');
    expect(await healthy()).toBe(LOOK);
    expect(asked.mock.calls.at(-1)?.[0]).toHaveLength(6);
    asked.mockRestore();
  });

  it('visits one that connects when its mix is seen, or missing, or its time is up', async () => {
    await coHost.nextTest();
    const { id, mixTaskId } = await coHost.seat('gina');
    await until(async () => (await due()).length === 0);
    coHost.rooms.mixing.set(mixTaskId!, { state: 'running', epoch: 2 });
    expect(await due()).toEqual([]);
    const channel = coHost.rooms.live.channels.get(coHost.channelId)!;
    channel.source = 'mix';
    expect(await due()).toEqual([id]);
    channel.source = 'host';
    // The process died between the acceptance and the start of the mix.
    await coHost.rows.query('UPDATE co_host_sessions SET mix_task_id = NULL WHERE id = $1', [id]);
    expect(await due()).toEqual([id]);
    await coHost.rows.query('UPDATE co_host_sessions SET mix_task_id = $2 WHERE id = $1', [id, mixTaskId]);
    expect(await due()).toEqual([]);
    await coHost.longAgo();
    expect(await due()).toEqual([id]);
  });
});

describe('a lost event is made up for by the next sweep:', () => {
  let session: CoHostView;
  beforeEach(async () => {
    session = await running();
    expect(await due()).toEqual([]);
  });
  const guest = () => coHost.id('gina');
  const channel = () => coHost.rooms.live.channels.get(coHost.channelId)!;
  const task = () => coHost.rooms.mixing.tasks.get(session.mixTaskId!)!;
  const memberSet = (set: object, userId = guest()) =>
    coHost.rooms.conferences.set(session.conferenceId, userId, set);
  const longAgo = () => coHost.longAgo();
  const seen = () => coHost.session();

  it.each<[string, () => unknown, () => Promise<unknown>]>([
    [
      'a guest has left the call',
      () => memberSet({ state: 'left' }),
      async () => expect(await seen()).toMatchObject({ members: [{ role: 'host' }, { state: 'left' }] }),
    ],
    [
      'a guest was muted',
      () => memberSet({ audio: false, audioMutedByHost: true }),
      () => Promise.resolve(expect(task().seats[1]).toMatchObject({ audio: false })),
    ],
    [
      'somebody without a seat is in the call',
      () => coHost.rooms.conferences.admit(session.conferenceId, 'ghost', 'Ghost'),
      () =>
        Promise.resolve(
          expect(coHost.rooms.conferences.calls).toContain(`expel ${session.conferenceId} ghost`),
        ),
    ],
    [
      'the mix shows something else',
      () => (task().seats = []),
      () => Promise.resolve(expect(task().seats).toHaveLength(2)),
    ],
    [
      'the mix has failed',
      () => coHost.rooms.mixing.set(session.mixTaskId!, { state: 'failed', error: 'refused' }),
      () => coHost.told(session, inState('failed')),
    ],
    [
      'the channel has another mode',
      () => (channel().mixingMode = 'client'),
      async () => expect(await seen()).toMatchObject({ mixSwitch: { state: 'switching' } }),
    ],
    [
      'a mix that is not wanted is on the air',
      () => Object.assign(channel(), { source: 'mix', sourceEpoch: 9 }),
      () => Promise.resolve(expect(coHost.hub()).toContain(`disconnectMix ${coHost.channelId}`)),
    ],
    [
      'the channel is deleted',
      () => coHost.rooms.live.channels.delete(coHost.channelId),
      () => coHost.told(session, inState('failed')),
    ],
    [
      'nobody is there any more but a host who never came',
      async () => {
        memberSet({ state: 'left' });
        memberSet({ state: 'invited' }, coHost.id('host'));
        await coHost.rows.query(
          `UPDATE co_host_members SET state = 'invited' WHERE role = 'host' AND state <> 'left'`,
        );
        await longAgo();
      },
      () => coHost.told(session, inState('ending')),
    ],
    [
      'the host has not followed into another conference',
      async () => {
        memberSet({ state: 'invited' }, coHost.id('host'));
        await longAgo();
      },
      () => coHost.told(session, inState('ending')),
    ],
  ])('%s', async (_, happen, repaired) => {
    await happen();
    expect(await due()).toEqual([session.id]);
    await sweep();
    await repaired();
  });
});
