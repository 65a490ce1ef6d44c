/** Invitations and co-host sessions. */
import type { MixingMode } from './channels';
import type { Layout, LayoutSide, MixOutput } from './layout';
import type { CoHostReason, MixSwitchCause, MixSwitchFailure } from './reasons';

/** `pk`: a challenge of one host to another; made, listed and answered under /pk. */
export type InvitationKind = 'invite' | 'apply' | 'pk';
export type InvitationState = 'pending' | 'accepted' | 'rejected' | 'cancelled' | 'expired';
export interface InvitationCreate {
  kind: Exclude<InvitationKind, 'pk'>;
  /** invite: the viewer invited. apply: left out (the caller applies). */
  userId?: string;
  /** The seat for the guest, from 1; default: the lowest that is free then. */
  seat?: number;
}
export interface InvitationView {
  id: string;
  channelId: string;
  kind: InvitationKind;
  state: InvitationState;
  /** The viewer who would go on the air, invited or applying; of a challenge the other host. */
  userId: string;
  userName: string;
  hostId: string;
  /** The seat that was asked for; null: any. */
  seat: number | null;
  /** Of a pending application: its place in the channel's queue, from 1. Else null. */
  position: number | null;
  /** Of a challenge: the channel of the host who is challenged. Else null. */
  toChannelId: string | null;
  /** Of a challenge: how long the match is to last, ms. Else null. */
  durationMs: number | null;
  expiresAt: string;
  createdAt: string;
}
/** POST /v1/co-host/invitations/:id/accept */
export interface AcceptView {
  invitation: InvitationView;
  session: CoHostView;
}

export type CoHostState = 'connecting' | 'live' | 'ending' | 'ended' | 'failed';
export type SeatState = 'invited' | 'on-air' | 'left';
export interface CoHostMemberView {
  userId: string;
  name: string;
  /** 0 is the host. */
  seat: number;
  role: 'host' | 'guest';
  state: SeatState;
  audio: boolean;
  video: boolean;
  /** While set the member can't unmute (turn the camera on): the host has muted them and hasn't lifted it. */
  audioMutedByHost: boolean;
  videoMutedByHost: boolean;
  /** How loud they are in the mix, as the host has set it: 0 to 2, 1 as they come. */
  gain: number;
}
export interface CoHostSeatView {
  /** 0 is the host's. */
  seat: number;
  /** Nobody can take it; a member who sits there stays. */
  locked: boolean;
  /** null: free. */
  userId: string | null;
}
/**
 * Who can be seen and heard in the mix now, by seat, and in which layout: the same as the server's mixer gets, so that a
 * host's app that mixes has nothing to work out. In a PK these are the people of both sides, side by side.
 */
export interface CoHostMixView {
  layout: Layout;
  seats: CoHostMixSeatView[];
}
export interface CoHostMixSeatView {
  userId: string;
  name: string;
  /** 0 is a host's. */
  seat: number;
  /** false: silenced or hidden. */
  audio: boolean;
  video: boolean;
  /** What their sound is multiplied by, 0 to 2. */
  gain: number;
  /** In a PK: in whose half they are, `left` being the channel's own; each side has seats of its own. */
  side?: LayoutSide;
}
export interface CoHostView {
  id: string;
  channelId: string;
  conferenceId: string;
  /** Of two views of one session the one with the higher version is the newer, however they came. */
  version: number;
  state: CoHostState;
  layout: Layout;
  /** Of its mix; null: chosen when that begins, after the channel's and the host's own stream. */
  output: MixOutput | null;
  members: CoHostMemberView[];
  /** During a PK: who sits in the other host's session, and is in the same conference. */
  opponents: CoHostMemberView[];
  seats: CoHostSeatView[];
  mix: CoHostMixView;
  mixTaskId: string | null;
  /** Whose mix is on the air, or will be. With `client` the host's app gets its address at /co-host/mix-push-url. */
  mixingMode: MixingMode;
  /** The newest switch of the mixing mode in this session. */
  mixSwitch: MixSwitchView | null;
  /** Why it failed or ended. */
  reason: CoHostReason | null;
  createdAt: string;
  endedAt: string | null;
}

/** PATCH /v1/channels/:id/co-host (host, admin): the mix follows while it runs. */
export interface CoHostPatch {
  layout?: Layout;
  output?: MixOutput;
}
/** POST /v1/channels/:id/co-host/mixing-mode (admin). */
export interface MixingModePatch {
  mode: MixingMode;
}
/** `rolled_back`: the new mix did not come up; the old one was on the air all the time. */
export type MixSwitchState = 'switching' | 'done' | 'rolled_back';
export interface MixSwitchView {
  from: MixingMode;
  to: MixingMode;
  state: MixSwitchState;
  /** Why it was begun, or when rolled back, why so. */
  reason: MixSwitchCause | MixSwitchFailure;
  startedAt: string;
  endedAt: string | null;
}

/** PATCH /v1/channels/:id/co-host/members/:userId (host, admin; guests for themselves) */
export interface CoHostMemberPatch {
  audio?: boolean;
  video?: boolean;
  /** How loud they are in the mix (host, admin): 0 to 2, 1 as they come. In the call nothing changes. */
  gain?: number;
  /** Where another sits the host makes the two change places; a guest may take a seat that is free. */
  seat?: number;
}
/** PATCH /v1/channels/:id/co-host/seats/:seat (host) */
export interface CoHostSeatPatch {
  locked: boolean;
}
/** POST /v1/channels/:id/co-host/bans (host), for the running session · DELETE …/bans/:userId lifts it. */
export interface CoHostBanCreate {
  userId: string;
}
export interface CoHostBanView {
  userId: string;
  /** The name where the user was a member, else the id. */
  name: string;
  createdAt: string;
}
