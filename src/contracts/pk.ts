import type { InvitationView } from './co-host';
import type { PkReason } from './reasons';

/** PK: a match of two hosts, each on their own channel, in one conference. */
/** POST /v1/channels/:id/pk/invitations (host) challenges the host of another channel. */
export interface PkInvitationCreate {
  /** Of the host who is challenged. */
  channelId: string;
  /** How long the match is to last, ms: 5 000 .. 3 600 000, default 300 000. */
  durationMs?: number;
}
/**
 * `starting`: until both audiences see both hosts. `ending`: the result stands, both channels go back to what they
 * were. `failed`: it never ran.
 */
export type PkState = 'starting' | 'running' | 'ending' | 'ended' | 'failed';
export interface PkSideView {
  channelId: string;
  title: string;
  hostId: string;
  hostName: string;
  sessionId: string;
  points: number;
}
/** GET /v1/channels/:id/pk · DELETE ends it: a host gives it up, an admin stops it as it stands. */
export interface PkMatchView {
  id: string;
  state: PkState;
  durationMs: number;
  /** The challenger's first. */
  sides: PkSideView[];
  /**
   * Stable code: `time_up`; `given_up`, `host_left` (the other side has won); `ended_by_admin`; else why it failed. null
   * until it is over.
   */
  reason: PkReason | null;
  /** Channel of the winner; null for a draw, and until there is a result. */
  winner: string | null;
  createdAt: string;
  startedAt: string | null;
  /** When its time is up; with a state of `ending` and after it, when it was over. */
  endsAt: string | null;
}
/** POST /v1/pk/invitations/:id/accept */
export interface PkAcceptView {
  invitation: InvitationView;
  match: PkMatchView;
}
/** POST /v1/channels/:id/pk/points (admin) adds to the side of this channel. */
export interface PkPointsAdd {
  /** So that points for a match that is over don't count in the next one. */
  matchId: string;
  /** 1 .. 1 000 000 */
  points: number;
}
