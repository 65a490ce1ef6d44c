/** REST views under /v1. Times are ISO 8601 strings in UTC. Types only. */
import type { Layout, LayoutSide, MixOutput } from './layout';

export type UserRole = 'user' | 'admin';
export type MixingMode = 'server' | 'client';
export type ChannelSource = 'none' | 'host' | 'mix';
/**
 * Client mixing, when the host's mixed stream dies and doesn't come back: `hold` waits for it, `server` lets the
 * server's mix take over.
 */
export type ClientMixFallback = 'hold' | 'server';

/** POST /v1/tokens (header `X-Api-Key`) · POST /v1/login {code} answers the same. */
export interface TokenRequest {
  userId: string;
  name: string;
  role?: UserRole;
  /** Seconds, 60 .. 86400; default 3600. */
  ttl?: number;
  /** Ids of the channels that the token is good for; default: all. Not with role `admin`. */
  channels?: string[];
  /** Ids of the conferences that the token is good for; default: all. Not with role `admin`. */
  conferences?: string[];
}
export interface TokenView {
  token: string;
  expiresAt: string;
  user: UserView;
}
export interface UserView {
  id: string;
  name: string;
  role: UserRole;
}
/** POST /v1/login-links (admin) {userId, name, role} -> one-time link that opens a page as that user. */
export interface LoginLinkView {
  url: string;
  expiresAt: string;
}

/** /v1/api-keys (admin). An app's backend mints tokens with one; the `API_KEY` of the configuration is not listed. */
export interface ApiKeyView {
  id: string;
  name: string;
  /** What the key begins with, to tell it from others. */
  prefix: string;
  createdAt: string;
  /** To the minute; null: never. */
  lastUsedAt: string | null;
  revokedAt: string | null;
}
/** The only answer that carries the key: only a hash of it is kept. */
export interface ApiKeyCreatedView extends ApiKeyView {
  key: string;
}
export interface ApiKeyCreate {
  name: string;
}

/**
 * `idle`: nothing is on the air. `connecting`: for the first time since then. `retrying`: refused or lost, tried again
 * with growing pauses for as long as the channel is on the air.
 */
export type RelayState = 'idle' | 'connecting' | 'live' | 'retrying';
/**
 * Why a relay is not live: `unreachable` (no connection; TLS too), `no_answer` (not RTMP, or too late), `refused` (the
 * key, most often, or somebody publishes there already), `address_refused` (on a private network), `lost` (ended by
 * the outside), `too_slow`.
 */
export type RelayTrouble = 'unreachable' | 'no_answer' | 'refused' | 'address_refused' | 'lost' | 'too_slow';
/** Where a channel is relayed to, without its stream key, which is never shown again. */
export interface RelayView {
  /** rtmp(s)://host[:port]/app */
  server: string;
  hasKey: boolean;
  /** It is the configuration's (RELAY_URL), not the channel's own. */
  byDefault: boolean;
  state: RelayState;
  reason: RelayTrouble | null;
  playback: RelayPlayback;
}
/** Where the outside's viewers watch: handed out as the channel's `playback`, each in place of ours. */
export interface RelayPlayback {
  flv?: string;
  hls?: string;
}
export interface RelayPatch {
  /** rtmp(s)://host[:port]/app/key */
  url: string;
  /** Absent: as it is. */
  playback?: RelayPlayback;
}

/** /v1/channels */
export interface ChannelView {
  id: string;
  title: string;
  ownerId: string;
  mixingMode: MixingMode;
  clientMixFallback: ClientMixFallback;
  layout: Layout;
  output: MixOutput;
  /** Seats of a co-hosting, the host's included: 2 .. 16. */
  seatLimit: number;
  source: ChannelSource;
  viewers: number;
  /**
   * HTTP-FLV viewers get two tags without a picture before the headers of another encoder: mpegts.js and flv.js need
   * them to go on without a stall. To be switched off for players that don't bear them.
   */
  flvMarkers: boolean;
  /** For owner and admins; null: there is none, or the caller may not know. */
  relay: RelayView | null;
  createdAt: string;
}
export interface ChannelCreate {
  title: string;
  /** Default: the caller. Only an admin may name another user. */
  ownerId?: string;
}
/**
 * PATCH: owner or admin; `mixingMode` (a running co-hosting follows it), `clientMixFallback`, `flvMarkers` and `relay`
 * admin only.
 */
export interface ChannelPatch {
  title?: string;
  mixingMode?: MixingMode;
  clientMixFallback?: ClientMixFallback;
  layout?: Layout;
  output?: MixOutput;
  /** Whoever sits on a seat above it stays there. */
  seatLimit?: number;
  flvMarkers?: boolean;
  /** null: as configured for all channels, if at all. */
  relay?: RelayPatch | null;
}
/**
 * POST /v1/channels/:id/push-url (owner). `server` + `key` are what OBS asks for; `url` is both in one. `whip` is for
 * browsers, and for OBS' WHIP service: the token is its bearer token.
 */
export interface PushUrlView {
  url: string;
  server: string;
  key: string;
  whip: { url: string; token: string };
  expiresAt: string;
}
/**
 * GET /v1/channels/:id/playback (any user). URLs carry a token bound to the channel; those of an outside that the channel
 * is relayed to (RelayPlayback) are as the admin gave them.
 */
export interface PlaybackView {
  flv: string;
  wsFlv: string;
  /** HLS, with LL-HLS for players that know it: a multivariant playlist. */
  hls: string;
  rtmp: string;
  expiresAt: string;
}

/** Invitations */
/** `pk`: a challenge of one host to another; made, listed and answered under /pk. */
export type InvitationKind = 'invite' | 'apply' | 'pk';
export type InvitationState = 'pending' | 'accepted' | 'rejected' | 'cancelled' | 'expired';
export interface InvitationCreate {
  kind: Exclude<InvitationKind, 'pk'>;
  /** invite: the viewer invited. apply: left out (the caller applies). */
  userId?: string;
  /** The seat that he is to take, from 1; default: the lowest that is free then. */
  seat?: number;
}
export interface InvitationView {
  id: string;
  channelId: string;
  kind: InvitationKind;
  state: InvitationState;
  /** The viewer who would go on the air, whoever asked; of a challenge the other host. */
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

/** Co-host session */
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
  /** While set he can't unmute himself (turn his camera on): the host has muted him and hasn't lifted it. */
  audioMutedByHost: boolean;
  videoMutedByHost: boolean;
}
export interface CoHostSeatView {
  /** 0 is the host's. */
  seat: number;
  /** Nobody can take it; who sits there stays. */
  locked: boolean;
  /** null: free. */
  userId: string | null;
}
/**
 * Who is to be seen and heard in the mix now, by seat, and in which layout: as a mixer of ours has it, so that a host's
 * app which mixes has nothing to work out. In a PK these are the people of both sides, side by side.
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
  /** In a PK: in whose half he is, `left` being the channel's own; each side has seats of its own. */
  side?: LayoutSide;
}
export interface CoHostView {
  id: string;
  channelId: string;
  conferenceId: string;
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
  /** Error code when `failed`, else why it ended. */
  reason: string | null;
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
  /** Stable code: why it was begun, or when rolled back, why so. */
  reason: string;
  startedAt: string;
  endedAt: string | null;
}

/** PATCH /v1/channels/:id/co-host/members/:userId (host; a guest for himself) */
export interface CoHostMemberPatch {
  audio?: boolean;
  video?: boolean;
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
  /** His name where he was a member, else his id. */
  name: string;
  createdAt: string;
}

/** PK: a match of two hosts, each on his own channel, in one conference. */
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
  reason: string | null;
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

/**
 * /v1/channels/:id/im/mutes and …/bans (host, admin): POST · GET · DELETE …/:userId lifts it. Posting again sets the
 * new end.
 */
export interface RoomRestrictionCreate {
  userId: string;
  /** Seconds, 1 .. 31 536 000 (a year). A mute must have an end; a ban without one lasts until it is lifted. */
  seconds?: number;
}
export interface RoomRestrictionView {
  channelId: string;
  userId: string;
  /** His name where he was seen in the room, else his id. */
  name: string;
  /** null: until it is lifted. */
  until: string | null;
  /** Who did it. */
  byUserId: string;
  createdAt: string;
}

/** Conferences */
export type ConferenceState = 'open' | 'ended';
export type MemberState = 'invited' | 'joined' | 'connected' | 'left';
export interface ConferenceMemberView {
  id: string;
  userId: string;
  name: string;
  state: MemberState;
  /** false = muted / camera off, as conference control wants it. */
  audio: boolean;
  video: boolean;
  /** While set he can't undo it himself: the owner has muted him and hasn't lifted it. */
  audioMutedByHost: boolean;
  videoMutedByHost: boolean;
}
export interface ConferenceView {
  id: string;
  /** The number people dial and read out, nine digits. */
  number: string;
  title: string;
  ownerId: string;
  /** `members`: only users who were admitted may join. */
  access: 'open' | 'members';
  state: ConferenceState;
  members: ConferenceMemberView[];
  createdAt: string;
  endedAt: string | null;
}
export interface ConferenceCreate {
  title?: string;
  access?: 'open' | 'members';
}
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}
/** POST /v1/conferences/:id/members (:id is the id or the number). Calling it again gives a fresh token. */
export interface JoinView {
  conference: ConferenceView;
  memberId: string;
  mas: {
    /** WebSocket address of MAS signalling (contracts/mas.ts). */
    url: string;
    /** Short-lived (60 s), bound to conference and member; sent in the first message, never in the URL. */
    token: string;
    iceServers: IceServer[];
  };
}
/** PATCH /v1/conferences/:id/members/:userId (self or owner) · DELETE the same path leaves or removes. */
export interface MemberPatch {
  audio?: boolean;
  video?: boolean;
}

/**
 * Bypass live: a conference that its own members don't broadcast is put on the air when the first viewer asks.
 * POST /v1/conferences/:id/watch -> 202 `starting`, or 200 `live`; `?wait=` ms (at most 10 000) answers as soon as it
 * plays. GET the same address (`Location`) shows how far it is.
 */
export type WatchStatus = 'idle' | 'starting' | 'live';
export interface WatchView {
  conferenceId: string;
  /** `idle`: nobody has asked, or it is over. `live`: the addresses play. */
  status: WatchStatus;
  /** While `live`. */
  playback: PlaybackView | null;
  /** Of `idle`: a stable code for why the last live ended or could not begin. */
  reason: string | null;
}
export type BypassState = 'idle' | 'starting' | 'live' | 'draining';
/** Who may watch: any user, or (`allowed`) members of the conference and those listed. */
export type BypassAudience = 'open' | 'allowed';
/** /v1/bypass-lives: which conference is shown on which channel. All to an admin, to others their own. */
export interface BypassLiveView {
  conferenceId: string;
  /** A channel of the system's own, which is in no list of channels. */
  channelId: string;
  ownerId: string;
  /** `draining`: nobody watches (or nobody is in the conference) any more; it will stop soon. */
  state: BypassState;
  enabled: boolean;
  audience: BypassAudience;
  /** User ids, for the audience `allowed`. */
  allowed: string[];
  layout: Layout;
  output: MixOutput;
  viewers: number;
  mixTaskId: string | null;
  /** A stable code for why the last live ended or could not begin. */
  reason: string | null;
  createdAt: string;
  liveAt: string | null;
  endedAt: string | null;
}
/** PATCH /v1/bypass-lives/:conferenceId (the conference's owner, admin). `output` is for the next start. */
export interface BypassLivePatch {
  /** false: ends a running live, and nobody can ask for one. */
  enabled?: boolean;
  audience?: BypassAudience;
  allowed?: string[];
  layout?: Layout;
  output?: MixOutput;
}

/** Mix tasks */
export type MixTaskState = 'queued' | 'starting' | 'running' | 'retrying' | 'stopping' | 'stopped' | 'failed';
export interface MixTaskView {
  id: string;
  channelId: string;
  conferenceId: string;
  mode: MixingMode;
  state: MixTaskState;
  layout: Layout;
  output: MixOutput;
  /** Desired and applied version of the layout, the seats, the conference and the output. */
  version: number;
  appliedVersion: number;
  attempt: number;
  error: string | null;
  statistics: Record<string, number> | null;
  createdAt: string;
}

/** /v1/nodes (admin) */
export interface NodeView {
  id: string;
  mediaUrl: string;
  rtmpUrl: string;
  alive: boolean;
  conferences: number;
  channels: number;
  viewers: number;
  lastSeenAt: string;
}

/** Lists answer one page, newest first. Ask with `?limit=` (1 .. 500, default 100) and `?cursor=`. */
export interface ListView<T> {
  items: T[];
  /** `cursor` of the next page; null: this was the last one. */
  nextCursor: string | null;
}
