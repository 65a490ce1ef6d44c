/** What people, their devices and mixers do: each action is one row of the table, and may be refused. */
import type {
  AcceptView,
  CoHostView,
  ConferenceView,
  InvitationView,
  JoinView,
  PushUrlView,
} from '../../../src/contracts';
import { MixerSpare } from '../fakes/fake-mixers';
import type { Run } from './run';

/** Where, who, and numbers that an action picks by; what they pick is up to what there is then. */
export interface Scene {
  channel: number;
  who: number;
  pick: number;
  yes: boolean;
}

type Action = (run: Run, scene: Scene) => Promise<unknown>;

const coHost = (run: Run, { channel }: Scene) => `channels/${run.channel(channel)}/co-host`;
const seatOf = (pick: number) => 1 + (pick % 4);

function of<T>(rows: T[], pick: number): T | undefined {
  return rows[pick % Math.max(1, rows.length)];
}

/** One of the invitations that are pending on this channel, and who may do what with it. */
async function pending(run: Run, { channel, pick }: Scene) {
  const rows = await run.world.sql<{ id: string; kind: string; host_id: string; user_id: string }>(
    `SELECT id, kind, host_id, user_id FROM invitations WHERE channel_id = $1 AND state = 'pending' ORDER BY created_at`,
    [run.channel(channel)],
  );
  const row = of(rows, pick);
  if (!row) return null;
  const [asker, asked] = row.kind === 'invite' ? [row.host_id, row.user_id] : [row.user_id, row.host_id];
  return { id: row.id, asker, asked };
}

const answer =
  (what: 'accept' | 'reject' | 'cancel'): Action =>
  async (run, scene) => {
    const invitation = await pending(run, scene);
    if (!invitation) return;
    const by = what === 'cancel' ? invitation.asker : invitation.asked;
    await run.world.ask<AcceptView>(
      by,
      'POST',
      `co-host/invitations/${invitation.id}/${what}`,
      undefined,
      scene.pick,
    );
  };

const ask =
  (kind: 'apply' | 'invite'): Action =>
  (run, scene) => {
    const { channel, who, pick, yes } = scene;
    const seat = yes ? {} : { seat: seatOf(pick) };
    const body = kind === 'apply' ? { kind, ...seat } : { kind, userId: run.person(who), ...seat };
    const by = run.person(kind === 'apply' ? who : channel);
    return run.world.ask<InvitationView>(by, 'POST', `${coHost(run, scene)}/invitations`, body, pick);
  };

/** His page joins the call of the session, and its media connects. */
const enter: Action = async (run, scene) => {
  const userId = run.person(scene.who);
  const session = await run.world.ask<CoHostView>(userId, 'GET', coHost(run, scene), undefined, scene.pick);
  if (session?.status === 200) await join(run, userId, session.body.conferenceId);
};

async function join(run: Run, userId: string, conferenceId: string): Promise<void> {
  const joined = await run.world.ask<JoinView>(userId, 'POST', `conferences/${conferenceId}/members`);
  if (joined?.status === 201) await run.world.node.connect(conferenceId, joined.body.memberId, userId);
}

/** An application that is accepted at once, and both come into the call. */
const comeOn: Action = async (run, scene) => {
  const { world } = run;
  const host = run.person(scene.channel);
  const asked = await ask('apply')(run, { ...scene, yes: true });
  const invitation = asked as { status: number; body: InvitationView } | null;
  if (invitation?.status !== 201) return;
  await world.ask(host, 'POST', `co-host/invitations/${invitation.body.id}/accept`);
  if (scene.yes) await enter(run, { ...scene, who: scene.channel });
  await enter(run, scene);
};

/** The media connection of one of those who are in the session's call is lost. */
const lose: Action = async (run, { channel, pick }) => {
  const rows = await run.world.sql<{ conference_id: string; member_id: string; user_id: string }>(
    `SELECT m.conference_id, m.member_id, m.user_id FROM conference_members m
     JOIN co_host_sessions s USING (conference_id) WHERE s.channel_id = $1 AND m.state = 'connected' ORDER BY m.user_id`,
    [run.channel(channel)],
  );
  const member = of(rows, pick);
  if (!member) return;
  run.world.note('the media of', member.user_id, 'is lost');
  await run.world.node.connect(member.conference_id, member.member_id, member.user_id, false);
};

const patchMember =
  (body: (scene: Scene) => object): Action =>
  (run, scene) => {
    const by = run.person(scene.pick % 3 === 0 ? scene.who : scene.channel);
    const path = `${coHost(run, scene)}/members/${run.person(scene.who)}`;
    return run.world.ask(by, 'PATCH', path, body(scene), scene.pick);
  };

const byHost =
  (
    method: string,
    path: (run: Run, scene: Scene) => string,
    body?: (run: Run, scene: Scene) => object,
  ): Action =>
  (run, scene) =>
    run.world.ask(run.person(scene.channel), method, path(run, scene), body?.(run, scene), scene.pick);

const byAdmin =
  (method: string, path: (run: Run, scene: Scene) => string, body: (scene: Scene) => object): Action =>
  (run, scene) =>
    run.world.ask('admin', method, path(run, scene), body(scene), scene.pick);

/** The host's encoder, or their device that mixes, gets its address and connects. */
const publish =
  (address: (run: Run, scene: Scene) => string): Action =>
  async (run, scene) => {
    const { world } = run;
    const push = await world.ask<PushUrlView>(run.person(scene.channel), 'POST', address(run, scene));
    if (push?.status !== 200) return;
    const { channelId, role, epoch } = await world.grantOf(push.body);
    world.note('a', role, 'is published with epoch', epoch);
    // A mixer of ours has itself as owner.
    await world.node.publish(channelId, role, epoch, `device of ${channelId}`);
  };

const unpublish =
  (role: 'host' | 'mix'): Action =>
  (run, { channel }) => {
    run.world.note('the', role, 'of', run.channel(channel), 'is gone');
    return run.world.node.unpublish(run.channel(channel), role, `device of ${run.channel(channel)}`);
  };

const mode = ({ yes }: Scene) => (yes ? 'client' : 'server');
const meeting = (run: Run, { pick }: Scene) => of(run.meetings, pick) ?? 'none';

export const ACTIONS = {
  comeOn,
  apply: ask('apply'),
  invite: ask('invite'),
  accept: answer('accept'),
  reject: answer('reject'),
  cancel: answer('cancel'),
  enter,
  hostEnters: (run, scene) => enter(run, { ...scene, who: scene.channel }),
  lose,
  leave: (run, scene) => {
    const userId = run.person(scene.who);
    return run.world.ask(userId, 'DELETE', `${coHost(run, scene)}/members/${userId}`, undefined, scene.pick);
  },
  leaveCall: async (run, scene) => {
    const userId = run.person(scene.who);
    const session = await run.world.ask<CoHostView>(userId, 'GET', coHost(run, scene));
    if (session?.status !== 200) return;
    await run.world.ask(userId, 'DELETE', `conferences/${session.body.conferenceId}/members/${userId}`);
  },
  remove: byHost(
    'DELETE',
    (run, s) => `${coHost(run, s)}/members/${run.person(s.who)}?ban=${s.pick % 5 === 0}`,
  ),
  ban: byHost(
    'POST',
    (run, s) => `${coHost(run, s)}/bans`,
    (run, s) => ({ userId: run.person(s.who) }),
  ),
  liftBan: byHost('DELETE', (run, s) => `${coHost(run, s)}/bans/${run.person(s.who)}`),
  mute: patchMember(({ yes, pick }) => (pick % 2 ? { audio: yes } : { video: yes })),
  setGain: patchMember(({ pick }) => ({ gain: (pick % 9) / 4 })),
  move: patchMember(({ pick }) => ({ seat: seatOf(pick) })),
  lockSeat: byHost(
    'PATCH',
    (run, s) => `${coHost(run, s)}/seats/${seatOf(s.pick)}`,
    (_, { yes }) => ({ locked: yes }),
  ),
  setLayout: byHost('PATCH', coHost, (_, { yes }) => ({
    layout: { kind: yes ? 'grid' : 'floating', fit: 'crop', background: '#000000' },
  })),
  end: byHost('DELETE', coHost),
  endConference: async (run, scene) => {
    const host = run.person(scene.channel);
    const session = await run.world.ask<CoHostView>(host, 'GET', coHost(run, scene));
    if (session?.status === 200)
      await run.world.ask(host, 'DELETE', `conferences/${session.body.conferenceId}`);
  },
  push: publish((run, { channel }) => `channels/${run.channel(channel)}/push-url`),
  stopPush: unpublish('host'),
  deviceMixes: publish((run, scene) => `${coHost(run, scene)}/mix-push-url`),
  deviceStops: unpublish('mix'),
  channelMode: byAdmin(
    'PATCH',
    (run, { channel }) => `channels/${run.channel(channel)}`,
    (scene) => ({
      mixingMode: mode(scene),
      clientMixFallback: scene.pick % 2 ? 'hold' : 'server',
    }),
  ),
  sessionMode: byAdmin(
    'POST',
    (run, scene) => `${coHost(run, scene)}/mixing-mode`,
    (scene) => ({ mode: mode(scene) }),
  ),
  mixerWillFail: (_, { yes }) => Promise.resolve(MixerSpare.behaviours.push(yes ? 'refused' : 'crash')),
  mixerDies: (run, { pick }) => {
    const mixer = of(MixerSpare.running(), pick);
    run.world.note('the mixer of', mixer?.channelId ?? 'nobody', 'dies');
    return Promise.resolve(mixer?.kill());
  },
  nodeRestarts: (run) => {
    run.world.note('the media node restarts');
    return run.world.node.restart();
  },
  deleteChannel: async (run, { channel }) => {
    const gone = await run.world.ask(run.person(channel), 'DELETE', `channels/${run.channel(channel)}`);
    if (gone?.status === 204) await run.openChannel(channel);
  },
  meet: async (run, { who }) => {
    const made = await run.world.ask<ConferenceView>(run.person(who), 'POST', 'conferences', {
      access: 'open',
    });
    if (made?.status === 201) run.meetings.push(made.body.id);
  },
  joinMeeting: (run, scene) => join(run, run.person(scene.who), meeting(run, scene)),
  watchMeeting: (run, scene) =>
    run.world.ask(run.person(scene.who), 'POST', `conferences/${meeting(run, scene)}/watch`),
  leaveMeeting: (run, scene) => {
    const userId = run.person(scene.who);
    return run.world.ask(userId, 'DELETE', `conferences/${meeting(run, scene)}/members/${userId}`);
  },
  endMeeting: (run, scene) => run.world.ask('admin', 'DELETE', `conferences/${meeting(run, scene)}`),
} satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;

/** How often, in relation to each other; the rest: 1. */
export const WEIGHTS: Partial<Record<ActionName, number>> = {
  ...{ comeOn: 8, apply: 3, invite: 3, accept: 5, enter: 4, hostEnters: 3, push: 3, deviceMixes: 3 },
  ...{ lose: 2, mute: 2, move: 2, leave: 2, channelMode: 2, sessionMode: 2 },
};
