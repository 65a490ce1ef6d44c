/** Channels: settings, addresses, relays. */
import type { Layout, MixOutput } from './layout';
import type { ChannelAccess } from './sharing';

export type MixingMode = 'server' | 'client';
export type ChannelSource = 'none' | 'host' | 'mix';
/**
 * Client mixing, when the host's mixed stream dies and doesn't come back: `hold` waits for it, `server` lets the
 * server's mix take over.
 */
export type ClientMixFallback = 'hold' | 'server';

/**
 * `idle`: nothing is on the air. `connecting`: for the first time since then. `retrying`: refused or lost, tried again
 * with growing pauses for as long as the channel is on the air.
 */
export type RelayState = 'idle' | 'connecting' | 'live' | 'retrying';
/**
 * Why a relay is not live: `unreachable` (no connection; TLS too), `no_answer` (not RTMP, or too late), `refused` (the
 * key, most often, or somebody publishes there already), `address_refused` (on a private network), `lost` (ended by
 * the outside), `too_slow`, `loop` (it leads back to this system).
 */
export type RelayTrouble =
  'unreachable' | 'no_answer' | 'refused' | 'address_refused' | 'lost' | 'too_slow' | 'loop';
/** Where a channel is relayed to, without its stream key, which is never shown again. */
export interface RelayView {
  /** rtmp(s)://host[:port]/app */
  server: string;
  hasKey: boolean;
  /** From the configuration (RELAY_URL), not the channel's own. */
  byDefault: boolean;
  state: RelayState;
  reason: RelayTrouble | null;
  playback: RelayPlayback;
}
/** Where viewers of the outside server watch: handed out as the channel's `playback`, each in place of ours. */
export interface RelayPlayback {
  flv?: string;
  hls?: string;
}
export interface RelayPatch {
  /** rtmp(s)://host[:port]/app/key */
  url: string;
  /** Absent: stays as it is. */
  playback?: RelayPlayback;
}

/** How a publisher sends. */
export type StreamTransport = 'rtmp' | 'whip';
/**
 * `b_frames`: pictures don't come in the order in which they are shown, which costs delay. `no_sound`, `no_picture`: none
 * has come for 5 s. `low_bitrate`: for 10 s less than half of what this encoder usually sends.
 */
export type StreamWarning = 'b_frames' | 'no_sound' | 'no_picture' | 'low_bitrate';
export interface StreamVideo {
  codec: 'h264';
  /** `constrained-baseline`, `baseline`, `main`, `high`, or the number of another one (profile_idc). */
  profile: string;
  width: number;
  height: number;
  /** 0: unknown. */
  fps: number;
  /** bit/s over the last 6 s. */
  bitrate: number;
}
export interface StreamAudio {
  codec: 'aac';
  /** Hz */
  sampleRate: number;
  /** 0: given in the stream itself. */
  channels: number;
  /** bit/s over the last 6 s. */
  bitrate: number;
}
/** What goes out on a channel, from whichever source: what each viewer gets. */
export interface StreamView {
  transport: StreamTransport;
  /** null: it has no picture. */
  video: StreamVideo | null;
  /** null: it has no sound. */
  audio: StreamAudio | null;
  /** bit/s over the last 6 s, picture and sound. */
  bitrate: number;
  /** bit/s, the median of the last two minutes, without the time in which it was low; null: not known yet. */
  usualBitrate: number | null;
}

/** `long_gop`: more than 4 s from keyframe to keyframe, so viewers who join wait for a picture, and so do hand-overs. */
export type HostStreamWarning = 'long_gop' | StreamWarning;
/** What the host's encoder sends. */
export interface HostStreamView {
  /** 0: there is no picture. */
  width: number;
  height: number;
  /** 0: unknown. */
  fps: number;
  /** The longest time between two keyframes so far, in steps of 500, at most 30,000; 0: there was one only. */
  keyframeIntervalMs: number;
  warnings: HostStreamWarning[];
  /** What was measured of it; null: nothing yet. */
  measured: StreamView | null;
}

/** GET /v1/channels?q=&state=&sort= */
export type ChannelState = 'live' | 'trouble';
export type ChannelOrder = 'newest' | 'viewers' | 'title';
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
  /** Rises by one whenever `source` changes; a client that is told of one takes it where it knows no later one. */
  sourceVersion: number;
  viewers: number;
  /**
   * HTTP-FLV viewers get two tags without a picture before the headers of another encoder: mpegts.js and flv.js need
   * them to go on without a stall. Switch them off for players that can't handle them.
   */
  flvMarkers: boolean;
  /** Who is banned from the channel's room may not watch it either. */
  roomBansStopWatching: boolean;
  /** Who may watch. Without a share link `open` lets nobody in who `members` doesn't. */
  access: ChannelAccess;
  /** All that the channel has ever got. */
  likes: number;
  /** Since then nobody may publish or watch; null: the channel isn't suspended. */
  suspendedAt: string | null;
  /** For owner and admins; null: it isn't suspended, or the caller may not know. */
  suspensionNote: string | null;
  /** For owner and admins; null: there is none, or the caller may not know. */
  relay: RelayView | null;
  /** For owner and admins; null: the host's stream isn't on the air, or the caller may not know. */
  hostStream: HostStreamView | null;
  /** What goes out, the mix too. For owner and admins; null: nothing is on the air, or the caller may not know. */
  stream: StreamView | null;
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
  /** Members on a seat above it stay there. */
  seatLimit?: number;
  flvMarkers?: boolean;
  roomBansStopWatching?: boolean;
  /** `members` ends all visits by the share link at once. */
  access?: ChannelAccess;
  /** null: as configured for all channels, if at all. */
  relay?: RelayPatch | null;
}
/** POST /v1/channels/:id/suspension (admin) · DELETE the same path resumes the channel. */
export interface ChannelSuspend {
  /** Why, in words; the channel's owner sees it. */
  note: string;
}
/** /v1/channels/:id/viewer-bans (host, admin): POST · GET · DELETE …/:userId lets them watch again. */
export interface ViewerBanCreate {
  userId: string;
  /** ms, to a year; default: until it is lifted. */
  durationMs?: number;
}
export interface ViewerBanView {
  channelId: string;
  userId: string;
  /** null: until it is lifted. */
  until: string | null;
  /** Who did it. */
  byUserId: string;
  createdAt: string;
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
  /** The player is to send a QualityReport so often, ms; null: this one need not, others do for it. */
  reportEveryMs: number | null;
  expiresAt: string;
}
