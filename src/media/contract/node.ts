/**
 * Contract between control and a media node, JSON over HTTP.
 *
 * Control -> node (bearer token for this node and this call, good once; `/control/...` on the node's media HTTP port):
 *   POST /control/channels/:id/promote          {role, epoch, from?}   lift the standing publisher of a role to an
 *                                                                 epoch; with `from` only one of that epoch
 *   POST /control/channels/:id/disconnect       {role}            close that role's publishers
 *   POST /control/channels/:id/end              {epoch}           close publishers up to this epoch; where none is
 *                                                                 left, viewers are ended at once
 *   POST /control/channels/:id/events           {id, name, data}  goes into the next picture (EventStreamMessage)
 *   POST /control/channels/:id/settings         ChannelSettings   what control wants of an open channel, whole
 *   POST /control/conferences/:id/close         {}                everybody out, code conference_ended
 *   POST /control/conferences/:id/release       {}                everybody out, code moved: another node carries it
 *   POST /control/conferences/:id/members/:memberId/close         {}                code removed
 *   POST /control/conferences/:id/members/:memberId/permissions   MemberPermissions
 *                                                                 muted media isn't forwarded; an older version is void
 *   GET  /control/snapshot                      -> NumberedSnapshot, numbered as reports are
 *   GET  /control/channels/:id/keyframe         -> the newest keyframe that is kept of what is on the air, video/h264 (Annex
 *                                                                 B with its parameter sets), with an ETag; 304 by
 *                                                                 If-None-Match
 *   GET  /control/identity                      -> {bootId}
 * All are idempotent and answer 200 {} (404 {} where the thing is not on this node).
 *
 * Settings are desired state: a channel that opens has the defaults (revision ''), its snapshot tells which revision it
 * has, and control sends them again until that is the one it wants. They last as long as the channel is open here. The
 * same holds for what members may send: the snapshot tells which version they have. Only the doors outlast the channel: a
 * publisher whom they keep out is told as an event of a channel without publishers, with the revision that did it.
 *
 * Node -> control: POST {controlUrl}/internal/nodes/:nodeId/report (bearer token of the node's, good once, and newer
 * than all before), a NodeReport at every event (at once) and every
 * 2 s. The snapshot is the truth (level-triggered); events only say it sooner and in order. Events are resent until
 * a report that carried them is answered 2xx; `seq` of an event rises by one per event, `seq` of the report with each
 * snapshot that is made, and `bootId` changes at every start. Control ignores a report that is older than one that it has
 * taken: which of its processes a report comes to doesn't matter. 409: another process has this node's id, and answers at
 * its address; this one must not go on.
 */
import type {
  ChannelSource,
  ColourSpace,
  RelayState,
  RelayTrouble,
  StreamAudio,
  StreamTransport,
  StreamVideo,
  StreamWarning,
} from '../../contracts';
import type { SourceRole } from './ports';

/** What control wants of a channel. */
export interface ChannelSettings {
  /** Names exactly these settings; '' the defaults. */
  revision: string;
  /** Where the channel is relayed to while it is on the air. The address carries a key: it is never logged. */
  relay: { url: string } | null;
  /** May FLV viewers get end-of-sequence markers at a hand-over? They are for mpegts.js and flv.js. */
  flvMarkers: boolean;
  /** Viewers with play tokens of an earlier generation are cut and not let in again. */
  playGeneration: number;
  /** A mix is to be on the air: when it is lost, control makes another, and viewers are held until it comes. */
  awaitsMix: boolean;
  doors: ChannelDoors;
}

/** Who may not come in, whatever their token says, and is cut. */
export interface ChannelDoors {
  /** Nobody may publish or watch; who does is ended. */
  suspended: boolean;
  /** Push keys of an earlier generation are void. */
  pushGeneration: number;
  /** Viewers (PlayGrant) who were put out. */
  putOut: string[];
  /** Visits (PlayGrant) below it are over. Default: 0. */
  visitGeneration?: number;
}

export interface RelaySnapshot {
  state: RelayState;
  /** Why it is not live: of the last failure, while `retrying`. */
  reason: RelayTrouble | null;
  /** Units lost because the outside was too slow, since the channel opened. */
  dropped: number;
  /** Sessions that the outside has accepted, since the channel opened. */
  sessions: number;
}

export interface PublisherSnapshot {
  role: SourceRole;
  epoch: number;
  active: boolean;
  /** Its codecs were accepted, and viewers could be shown it. Left out (by nodes of an earlier version): yes. */
  ready?: boolean;
}

/** fps 0: unknown. */
export interface VideoSnapshot {
  width: number;
  height: number;
  fps: number;
  /**
   * The longest time between two keyframes so far, ms, in steps of 500 up to 30,000: so long may a viewer who joins have
   * to wait. Left out by nodes of an earlier version.
   */
  keyframeIntervalMs?: number;
  /** Left out where it doesn't say, or says something else. */
  colour?: ColourSpace;
}

/** What the active source sends, measured as it arrives. */
export interface StreamSnapshot {
  transport: StreamTransport;
  /** null: it has no picture. */
  video: StreamVideo | null;
  /** null: it has no sound. */
  audio: StreamAudio | null;
  /** bit/s, what it usually sends (the median of two minutes); null: not known yet. */
  usualBitrate: number | null;
  warnings: StreamWarning[];
}

export interface ChannelSnapshot {
  channelId: string;
  source: ChannelSource;
  /** Epoch of the active source, 0 for none. */
  epoch: number;
  /** Connected publishers, the active one included. */
  publishers: PublisherSnapshot[];
  viewers: number;
  /** Of the active source, once known. */
  video: VideoSnapshot | null;
  /**
   * null: nobody is on the air. A bitrate is told anew when it has moved by a tenth, else every 10 s. Left out by nodes of an
   * earlier version.
   */
  stream?: StreamSnapshot | null;
  /** Of the settings that it has. */
  settings: string;
  relay: RelaySnapshot | null;
}

export interface ConferenceSnapshot {
  conferenceId: string;
  members: {
    memberId: string;
    userId: string;
    connected: boolean;
    /** What arrives from the member. */
    audio: boolean;
    video: boolean;
    /** Version of the permissions that they have. */
    permissions: number;
  }[];
}

export interface NodeSnapshot {
  channels: ChannelSnapshot[];
  conferences: ConferenceSnapshot[];
}

export type NodeEvent =
  | ({ type: 'channel' } & ChannelSnapshot)
  | {
      type: 'member';
      conferenceId: string;
      memberId: string;
      userId: string;
      connected: boolean;
      /** What arrives from the member. */
      audio: boolean;
      video: boolean;
      permissions: number;
    };

/** A snapshot and its place among all that this start of the node has told. */
export interface NumberedSnapshot {
  bootId: string;
  /** Rises with every snapshot that is made; the first is 1. */
  seq: number;
  snapshot: NodeSnapshot;
}

export interface NodeReport extends NumberedSnapshot {
  /** Public addresses of this node: http(s)://host:port and rtmp://host:port. */
  mediaUrl: string;
  rtmpUrl: string;
  /** Where control reaches it; mixers push to `rtmpPort` of the same host, whatever the public address is. */
  controlUrl: string;
  rtmpPort: number;
  /** 0..1, share of its event loop in use. */
  load: number;
  events: { seq: number; event: NodeEvent }[];
}
