import type {
  CoHostBanView,
  CoHostMemberView,
  CoHostMixView,
  CoHostView,
  InvitationView,
  MixSwitchView,
} from '../contracts';
import type { CoHostBan, CoHostMember, CoHostSession, Invitation } from './co-host.entity';
import type { MixSwitch } from './mix/mix-switch.entity';
import { mixScene, seatViews } from './seats/seats';

/** @param position of a pending application, in the queue */
export function invitationView(row: Invitation, position: number | null = null): InvitationView {
  const { id, channelId, kind, state, userId, userName, hostId, seat, toChannelId, durationMs } = row;
  const expiresAt = row.expiresAt.toISOString();
  return {
    id,
    channelId,
    kind,
    state,
    userId,
    userName,
    hostId,
    seat,
    position,
    toChannelId,
    durationMs,
    expiresAt,
    createdAt: row.createdAt.toISOString(),
  };
}

/**
 * @param members all rows of the session; shown by seat, those who left last
 * @param mixSwitch the newest
 * @param opponents all rows of the session that it is paired with; null: there is none
 */
export function sessionView(
  row: CoHostSession,
  members: readonly CoHostMember[],
  mixSwitch: MixSwitch | null,
  opponents: readonly CoHostMember[] | null,
): CoHostView {
  return {
    id: row.id,
    channelId: row.channelId,
    conferenceId: row.conferenceId,
    state: row.state,
    layout: row.layout,
    output: row.output,
    members: [...members].sort(bySeat).map(memberView),
    opponents: (opponents ?? [])
      .filter((m) => m.state !== 'left')
      .sort(bySeat)
      .map(memberView),
    seats: seatViews(row, members),
    mix: mixView(row, members, opponents),
    mixTaskId: row.mixTaskId,
    mixingMode: row.mixingMode,
    mixSwitch: mixSwitch && mixSwitchView(mixSwitch),
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** A device shows who is there; only a mixer of ours waits for those who are expected (mixSeats). */
function mixView(
  { layout }: CoHostSession,
  members: readonly CoHostMember[],
  opponents: readonly CoHostMember[] | null,
): CoHostMixView {
  return mixScene({ state: 'live', layout }, members, opponents);
}

export function mixSwitchView(row: MixSwitch): MixSwitchView {
  return {
    from: row.fromMode,
    to: row.toMode,
    state: row.state,
    reason: row.reason,
    startedAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

function memberView(member: CoHostMember): CoHostMemberView {
  const { userId, name, seat, role, state, audio, video, audioMutedByHost, videoMutedByHost } = member;
  return { userId, name, seat, role, state, audio, video, audioMutedByHost, videoMutedByHost };
}

export function banView({ userId, name, createdAt }: CoHostBan): CoHostBanView {
  return { userId, name, createdAt: createdAt.toISOString() };
}

function bySeat(a: CoHostMember, b: CoHostMember): number {
  return Number(a.state === 'left') - Number(b.state === 'left') || a.seat - b.seat;
}
