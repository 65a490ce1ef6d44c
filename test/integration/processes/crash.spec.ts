/**
 * kill -9 of the API at every step of every flow, in the moment of the commit that the step hangs on, and another start:
 * the flow goes on from there, or ends cleanly. Postgres, media node and mix worker live on.
 */
import type {
  CoHostView,
  ConferenceView,
  InvitationView,
  JoinView,
  ListView,
  ProblemDetails,
  WatchView,
} from '../../../src/contracts';
import { CrashFixture } from '../../support/fixtures/crash-fixture';
import { MixerSpare } from '../../support/fakes/fake-mixers';
import { until } from '../../support/waiting/until';

jest.mock('../../../src/mixing/worker/mixer-spare', () =>
  jest.requireActual<object>('../../support/fakes/fake-mixers'),
);

/** A start takes 2 s of CPU, which may be a long time on a busy machine. */
jest.setTimeout(300_000);
const PATIENCE_MS = 60_000;

let fixture: CrashFixture;
let mixersMayPush: () => void;
beforeAll(async () => {
  fixture = await CrashFixture.start();
  for (const userId of ['host', 'gina', 'vic']) await fixture.online(userId);
}, 120_000);
afterAll(() => fixture?.stop(), 60_000);
beforeEach(() => {
  MixerSpare.gate = new Promise((resolve) => (mixersMayPush = resolve));
});
afterEach(() => mixersMayPush());

/** A commit that has this statement and, behind it, this parameter. */
const commit = (statement: string, parameter = '') => new RegExp(`${statement}[^]*${parameter}`);
const SESSION = 'UPDATE "co_host_sessions"';

async function openChannel(mode: 'server' | 'client'): Promise<string> {
  const { id } = await fixture.must<{ id: string }>('host', 'POST', 'channels', { title: 'Evening show' });
  await fixture.must('admin', 'PATCH', `channels/${id}`, { mixingMode: mode });
  await fixture.publish('host', `channels/${id}/push-url`);
  await shows(id, 'host');
  return id;
}

async function session(channelId: string): Promise<CoHostView | null> {
  const answer = await fixture.ask<CoHostView>('host', 'GET', `channels/${channelId}/co-host`);
  return answer?.status === 200 ? answer.body : null;
}

/** What the host's app sees once it has loaded the session again. */
async function sees(channelId: string, fits: (s: CoHostView) => boolean): Promise<CoHostView> {
  let seen: CoHostView | null = null;
  await until(async () => (seen = await session(channelId)) !== null && fits(seen), PATIENCE_MS);
  return seen!;
}

async function shows(channelId: string, source: string): Promise<void> {
  await until(async () => {
    const { body } = (await fixture.ask<{ source: string }>('vic', 'GET', `channels/${channelId}`))!;
    return body.source === source;
  }, PATIENCE_MS);
}

const onAir = (s: CoHostView) => s.members.filter((m) => m.state === 'on-air').length;

/** Host and guest in the call. @param accept how the host takes the application */
async function coHosting(channelId: string, accept: (path: string) => Promise<unknown>): Promise<CoHostView> {
  const path = `channels/${channelId}/co-host/invitations`;
  const { id } = await fixture.must<InvitationView>('gina', 'POST', path, { kind: 'apply' });
  await accept(`co-host/invitations/${id}/accept`);
  const { conferenceId } = await sees(channelId, (s) => s.mixTaskId !== null);
  for (const userId of ['host', 'gina']) await fixture.enter(userId, conferenceId);
  return sees(channelId, (s) => onAir(s) === 2);
}

/** The host ends it and pushes again when asked to; the process doesn't live through any step of it. */
async function killedToTheEnd(channelId: string): Promise<void> {
  const path = `channels/${channelId}/co-host`;
  await fixture.killedAt([commit(SESSION, 'ending'), commit('UPDATE "channels"', 'host_epoch')], () =>
    fixture.ask('host', 'DELETE', path),
  );
  const { state } = await sees(channelId, () => true);
  expect(state).toBe('ending');
  expect((await fixture.must<{ source: string }>('vic', 'GET', `channels/${channelId}`)).source).toBe('mix');
  const resumes = () => fixture.publish('host', `channels/${channelId}/push-url`);
  await fixture.killedAt(
    [commit(SESSION, 'ended'), commit('UPDATE mix_tasks', 'stopp'), commit('UPDATE "conferences"', 'ended')],
    resumes,
  );
  await shows(channelId, 'host');
  await fixture.rests();
}

/** The same people go on the air again, as if nothing had happened. */
async function startsAgain(channelId: string): Promise<void> {
  mixersMayPush();
  const { id } = await coHosting(channelId, (path) => fixture.must('host', 'POST', path));
  await sees(channelId, (s) => s.id === id && s.state === 'live');
  await fixture.must('host', 'DELETE', `channels/${channelId}/co-host`);
  await fixture.rests();
}

it('flow 1: co-hosting, mixed by the server', async () => {
  const channelId = await openChannel('server');
  const path = `channels/${channelId}/co-host`;

  await fixture.killedAt([commit('INSERT INTO "invitations"')], () =>
    fixture.ask('host', 'POST', `${path}/invitations`, { kind: 'invite', userId: 'gina' }),
  );
  const list = await fixture.must<ListView<InvitationView>>('gina', 'GET', `${path}/invitations`);
  expect(list.items).toMatchObject([{ state: 'pending', userId: 'gina' }]);

  const accept = `co-host/invitations/${list.items[0]!.id}/accept`;
  await fixture.killedAt(
    [commit('UPDATE "invitations"', 'accepted'), commit('INSERT INTO "mix_tasks"')],
    () => fixture.ask('gina', 'POST', accept),
  );
  expect((await fixture.ask<ProblemDetails>('gina', 'POST', accept))?.body.code).toBe('invalid_transition');
  const { conferenceId, mixTaskId } = await sees(channelId, (s) => s.mixTaskId !== null);

  const join = `conferences/${conferenceId}/members`;
  await fixture.killedAt([commit('UPDATE "conference_members"', 'joined')], () =>
    fixture.ask('host', 'POST', join),
  );
  await fixture.enter('host', conferenceId);
  const { memberId } = await fixture.must<JoinView>('gina', 'POST', join);
  await fixture.killedAt(
    [commit('UPDATE "conference_members"', 'connected'), commit('UPDATE "co_host_members"', 'on-air')],
    () => fixture.node.connect(conferenceId, memberId, 'gina'),
  );
  await sees(channelId, (s) => onAir(s) === 2);

  await fixture.killedAt(
    [commit('UPDATE channels c', '"source":"mix"'), commit(SESSION, 'live')],
    mixersMayPush,
  );
  await sees(channelId, (s) => s.state === 'live' && s.mixTaskId === mixTaskId);
  await fixture.node.unpublish(channelId, 'host');

  await fixture.kill();
  expect(await session(channelId)).toMatchObject({
    state: 'live',
    mixTaskId,
    members: [{ state: 'on-air' }, {}],
  });
  await shows(channelId, 'mix');
  const [task] = await fixture.sql<{ attempt: number }>('SELECT attempt FROM mix_tasks WHERE id = $1', [
    mixTaskId,
  ]);
  expect(task).toEqual({ attempt: 1 });

  await killedToTheEnd(channelId);
  await startsAgain(channelId);
});

it('flow 2: a conference on the air', async () => {
  const meeting = await fixture.must<ConferenceView>('host', 'POST', 'conferences', { access: 'open' });
  await fixture.enter('gina', meeting.id);
  const path = `conferences/${meeting.id}/watch`;
  const watch = <T = WatchView>() => fixture.ask<T>('vic', 'POST', path);
  const status = async () => (await fixture.ask<WatchView>('vic', 'GET', path))?.body.status;
  await until(async () => {
    const { members } = await fixture.must<ConferenceView>('host', 'GET', `conferences/${meeting.id}`);
    return members.some(({ state }) => state === 'connected');
  });

  await fixture.killedAt([commit('INSERT INTO "bypass_lives"')], watch);
  expect(await status()).toBe('idle');
  await fixture.killedAt(
    [commit('UPDATE "bypass_lives"', 'starting'), commit('INSERT INTO "mix_tasks"')],
    watch,
  );
  expect(await status()).toBe('starting');
  await fixture.killedAt([commit('UPDATE "bypass_lives"', 'live')], mixersMayPush);
  await until(async () => (await status()) === 'live');
  expect((await watch())?.body.playback?.flv).toContain('/live/');

  await fixture.kill();
  expect(await status()).toBe('live');
  expect(await fixture.sql('SELECT 1 FROM mix_tasks WHERE conference_id = $1', [meeting.id])).toHaveLength(1);

  await fixture.killedAt(
    [
      commit('UPDATE "conferences"', 'ended'),
      commit('UPDATE "bypass_lives"', 'idle'),
      commit('UPDATE mix_tasks', 'stopp'),
    ],
    () => fixture.ask('host', 'DELETE', `conferences/${meeting.id}`),
  );
  await fixture.rests();
  expect((await watch<ProblemDetails>())?.body.code).toBe('conference_ended');
});

it('flow 3: co-hosting, mixed by the host’s device, and the switch to the server', async () => {
  const channelId = await openChannel('client');
  const path = `channels/${channelId}/co-host`;
  const begun = [
    commit('UPDATE "invitations"', 'accepted'),
    commit('INSERT INTO "mix_tasks"'),
    commit('SET epoch ='),
  ];
  const first = await coHosting(channelId, (accept) =>
    fixture.killedAt(begun, () => fixture.ask('host', 'POST', accept)),
  );

  await fixture.killedAt([commit(SESSION, 'live')], () => fixture.publish('host', `${path}/mix-push-url`));
  await sees(channelId, (s) => s.state === 'live' && s.mixingMode === 'client');

  await fixture.killedAt([commit('INSERT INTO "mix_switches"')], () =>
    fixture.ask('admin', 'POST', `${path}/mixing-mode`, { mode: 'server' }),
  );
  const during = await sees(channelId, (s) => s.mixSwitch?.state === 'switching');
  expect(during).toMatchObject({ mixingMode: 'client', mixTaskId: first.mixTaskId });

  await fixture.killedAt(
    [commit('UPDATE "mix_switches"', 'done'), commit('UPDATE mix_tasks', 'stopped')],
    mixersMayPush,
  );
  await sees(channelId, (s) => s.mixingMode === 'server' && s.mixSwitch?.state === 'done');
  await shows(channelId, 'mix');
  await fixture.node.unpublish(channelId, 'host');

  await killedToTheEnd(channelId);
});
