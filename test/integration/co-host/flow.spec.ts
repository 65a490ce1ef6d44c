/** The control plane of a co-hosting, whole: REST and Socket.IO clients, all rooms, mixers and a node without media. */
import type {
  AcceptView,
  ChannelView,
  CoHostView,
  ConferenceView,
  InvitationView,
  JoinView,
  MixTaskView,
  ProblemDetails,
} from '../../../src/contracts';
import type { ImClient } from '../../support/app/im-client';
import { ControlPlane } from '../../support/fixtures/control-plane';

let control: ControlPlane;
let node: ControlPlane['node'];

beforeAll(async () => {
  control = await ControlPlane.start({ MEMBER_GRACE_MS: 300 });
  ({ node } = control);
}, 60_000);

afterAll(() => control.stop());
afterEach(() => control.everybodyLeaves());

const as = <T>(userId: string, method: string, path: string, body?: object) =>
  control.as<T>(userId, method, path, body);
const online = (userId: string, channelId: string) => control.online(userId, channelId);
const push = (channelId: string) => control.push(channelId);
const enter = (userId: string, { conferenceId }: CoHostView) => control.enter(userId, conferenceId);

/** What the mixer of a session would do once it runs. */
async function mixOnAir(client: ImClient, { id, mixTaskId }: CoHostView, channelId: string): Promise<void> {
  await node.publish(channelId, 'mix', await control.epochOf(mixTaskId!, client));
  await session(client, id, (s) => s.state === 'live');
}

function session(client: ImClient, id: string, fits: (s: CoHostView) => boolean): Promise<void> {
  return client.until(([name, p]) => name === 'co-host:session' && p.id === id && fits(p));
}

const onAir = (s: CoHostView) => s.members.filter((m) => m.state === 'on-air').map((m) => m.userId);

/** A channel whose host pushes, and a guest whose application was accepted; both are in the call, the mix is on. */
async function coHosting() {
  const channelId = (await as<ChannelView>('host', 'POST', 'channels', { title: 'Evening show' })).body.id;
  const [host, gina, viewer] = await Promise.all(
    ['host', 'gina', 'vic'].map((who) => online(who, channelId)),
  );
  await push(channelId);
  await viewer!.until(([name, p]) => name === 'live:source' && p.source === 'host');

  const { id } = (
    await as<InvitationView>('gina', 'POST', `channels/${channelId}/co-host/invitations`, { kind: 'apply' })
  ).body;
  await host!.until(([name, p]) => name === 'co-host:invitation' && p.id === id && p.state === 'pending');
  const accepted = (await as<AcceptView>('host', 'POST', `co-host/invitations/${id}/accept`)).body;
  await gina!.until(([name, p]) => name === 'co-host:invitation' && p.id === id && p.state === 'accepted');
  await session(gina!, accepted.session.id, (s) => s.conferenceId === accepted.session.conferenceId);

  await enter('host', accepted.session);
  const ginaId = await enter('gina', accepted.session);
  await session(viewer!, accepted.session.id, (s) => onAir(s).length === 2);
  await mixOnAir(host!, accepted.session, channelId);
  await host!.until(([name, p]) => name === 'live:stop-push' && p.channelId === channelId);
  return { channelId, host: host!, gina: gina!, viewer: viewer!, session: accepted.session, ginaId };
}

async function over({ id, mixTaskId, conferenceId }: CoHostView, host: ImClient): Promise<void> {
  await session(host, id, (s) => s.state === 'ended');
  await host.until(([name, p]) => name === 'conference:ended' && p.conferenceId === conferenceId);
  await host.until(([name, p]) => name === 'mix:task' && p.id === mixTaskId && p.state === 'stopped');
  expect((await as<ConferenceView>('host', 'GET', `conferences/${conferenceId}`)).body.state).toBe('ended');
}

it('goes from the application to the end, host first, guests coming and going, viewers told of it all', async () => {
  const { channelId, host, gina, viewer, session: first, ginaId } = await coHosting();
  const mixTask = () =>
    as<MixTaskView>('host', 'GET', `mix-tasks/${first.mixTaskId}`).then(({ body }) => body);
  expect(await mixTask()).toMatchObject({
    state: 'running',
    channelId,
    conferenceId: first.conferenceId,
    output: { width: 320, height: 240, fps: 15 },
  });
  await node.unpublish(channelId, 'host');
  const refused = await as<ProblemDetails>('vic', 'POST', `conferences/${first.conferenceId}/members`);
  expect(refused.body.code).toBe('not_admitted');

  // A second guest, by invitation, into the running session: a new version of the same mix.
  const max = await online('max', channelId);
  const invited = await as<InvitationView>('host', 'POST', `channels/${channelId}/co-host/invitations`, {
    kind: 'invite',
    userId: 'max',
  });
  await max.until(([name, p]) => name === 'co-host:invitation' && p.id === invited.body.id);
  const accepted = await as<AcceptView>('max', 'POST', `co-host/invitations/${invited.body.id}/accept`);
  expect(accepted.body.session).toMatchObject({ id: first.id, state: 'live', mixTaskId: first.mixTaskId });
  const { version } = await mixTask();
  await enter('max', first);
  await session(viewer, first.id, (s) => onAir(s).join() === 'host,gina,max');
  await host.until(([name, p]) => name === 'mix:task' && p.appliedVersion > version);
  await gina.until(([name, p]) => name === 'conference:member' && p.member.userId === 'max');

  // The host removes the first guest.
  expect((await as('host', 'DELETE', `channels/${channelId}/co-host/members/gina`)).status).toBe(204);
  await gina.until(([name, p]) => name === 'co-host:removed' && p.reason === 'removed_by_host');
  expect(node.commands).toContain(`conferences/${first.conferenceId}/members/${ginaId}/close {}`);
  const again = await as<ProblemDetails>('gina', 'POST', `conferences/${first.conferenceId}/members`);
  expect(again.body.code).toBe('not_admitted');

  // The host mutes the other.
  const path = `channels/${channelId}/co-host/members/max`;
  const muted = await as<CoHostView>('host', 'PATCH', path, { audio: false });
  expect(muted.body.members.find((m) => m.userId === 'max')).toMatchObject({ audio: false, video: true });
  // Once, or again where a report of the node crossed it.
  const told = '/permissions {"audio":false,"video":true,"screen":true,"version":2}';
  expect(node.commands.some((command) => command.endsWith(told))).toBe(true);

  // The end: the host pushes again while the mix is still there.
  expect((await as('host', 'DELETE', `channels/${channelId}/co-host`)).status).toBe(204);
  await host.until(([name, p]) => name === 'live:resume-push' && p.channelId === channelId);
  await push(channelId);
  await over(first, host);
  await max.until(([name, p]) => name === 'co-host:removed' && p.reason === 'ended_by_host');
  expect(node.commands).toContain(`channels/${channelId}/disconnect {"role":"mix"}`);
  expect(node.commands).toContain(`conferences/${first.conferenceId}/close {}`);
  expect(viewer.of('live:source').map((p) => p.source)).toEqual(['host', 'mix', 'host']);
});

it('gives the channel back to a push that never stopped, and starts again', async () => {
  const { channelId, host, viewer, session: first } = await coHosting();
  await as('host', 'DELETE', `channels/${channelId}/co-host`);
  await over(first, host);
  await session(viewer, first.id, (s) => s.state === 'ended');
  expect(viewer.of('live:source').map((p) => p.source)).toEqual(['host', 'mix', 'host']);
  const path = `channels/${channelId}/co-host/invitations`;
  const { id } = (await as<InvitationView>('gina', 'POST', path, { kind: 'apply' })).body;
  const next = (await as<AcceptView>('host', 'POST', `co-host/invitations/${id}/accept`)).body.session;
  expect(next.id).not.toBe(first.id);
  await enter('host', next);
  await enter('gina', next);
  await mixOnAir(host, next, channelId);
  // A host is in one session at a time: the next test needs them.
  await as('host', 'DELETE', `channels/${channelId}/co-host`);
  await over(next, host);
});

it('takes the seat of a guest who vanished, and ends when the host has vanished too', async () => {
  const { channelId, host, viewer, session: first, ginaId } = await coHosting();
  await node.connect(first.conferenceId, ginaId, 'gina', false);
  await session(viewer, first.id, (s) => s.members.some((m) => m.userId === 'gina' && m.state === 'left'));
  expect((await as<CoHostView>('vic', 'GET', `channels/${channelId}/co-host`)).body.state).toBe('live');
  const { memberId } = (await as<JoinView>('host', 'POST', `conferences/${first.conferenceId}/members`)).body;
  await node.connect(first.conferenceId, memberId, 'host', false);
  await session(viewer, first.id, (s) => s.state === 'ending' && s.reason === 'everyone_left');
  await over(first, host);
});

it('goes on over a restart of the API, and comes to its end after it', async () => {
  const { channelId, session: first } = await coHosting();
  await node.unpublish(channelId, 'host');
  await control.restart();
  const host = await online('host', channelId);
  const { body } = await as<CoHostView>('vic', 'GET', `channels/${channelId}/co-host`);
  expect(body).toMatchObject({ id: first.id, state: 'live', mixTaskId: first.mixTaskId });
  expect(onAir(body)).toEqual(['host', 'gina']);
  await as('host', 'DELETE', `channels/${channelId}/co-host`);
  await host.until(([name, p]) => name === 'live:resume-push' && p.channelId === channelId);
  await control.restart();
  const back = await online('host', channelId);
  await push(channelId);
  await over(first, back);
});
