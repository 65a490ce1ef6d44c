/**
 * Socket.IO event map of the default namespace (IM and every signal), acknowledgements included.
 * Handshake: `auth: { token }` with the user's JWT. Types only.
 */
import type { ProblemDetails } from './errors';
import type { WatchView } from './bypass-live';
import type { ChannelSource, HostStreamView, PushUrlView } from './channels';
import type { CoHostView, InvitationView, MixSwitchView } from './co-host';
import type { ConferenceMemberView } from './conferences';
import type { MixTaskView } from './mixing';
import type { PkMatchView } from './pk';
import type { BypassReason, CoHostRemovalReason } from './reasons';

export type Ack<T> = { ok: true; data: T } | { ok: false; error: ProblemDetails };

/** What a system message tells of its user: on the air, or no longer; muted in the room, or banned from it. */
export type SystemMessageEvent = 'on-air' | 'off-air' | 'muted' | 'banned';

export interface ChatMessage {
  channelId: string;
  /** Sequence number in the room, from 1, without gaps, over messages of both kinds. */
  seq: number;
  kind: 'user' | 'system';
  /** Of kind `system`, what it tells, for clients with texts of their own. Else null. */
  event: SystemMessageEvent | null;
  /** Who wrote it; of kind `system`: whom it is about. */
  userId: string;
  name: string;
  /** Of kind `system` in English. */
  text: string;
  sentAt: string;
}

/** Of the user it is sent to. */
export interface RoomRestriction {
  channelId: string;
  /** `banned`: the user is out of the room by now. */
  kind: 'muted' | 'banned';
  active: boolean;
  /** null: until it is lifted, or it is over. */
  until: string | null;
}

/** Who came and went, at most once a second from each API process. */
export interface RoomPresence {
  channelId: string;
  /** How many are in the room now. */
  onlineCount: number;
  /**
   * Some of those who came or went, at most 50 together; of a large room the others aren't named, and visitors without a
   * name never are. Somebody who is named may be known already (perhaps by another name), or not have been.
   */
  joined: { userId: string; name: string }[];
  left: { userId: string; name: string }[];
}

export interface RoomSnapshot {
  channelId: string;
  lastSeq: number;
  /** At most 200, the host first; without visitors who have no name. */
  online: { userId: string; name: string }[];
  onlineCount: number;
  source: ChannelSource;
  /** As in ChannelView. */
  sourceVersion: number;
  likes: number;
}

export interface ClientToServerEvents {
  /** Another token of the same user for this connection, which otherwise ends with the one before. */
  'auth:renew': (p: { token: string }, ack: (r: Ack<{ expiresAt: string }>) => void) => void;
  'room:join': (p: { channelId: string }, ack: (r: Ack<RoomSnapshot>) => void) => void;
  'room:leave': (p: { channelId: string }, ack: (r: Ack<null>) => void) => void;
  'room:send': (p: { channelId: string; text: string }, ack: (r: Ack<ChatMessage>) => void) => void;
  /** Messages with seq > afterSeq, oldest first, at most 200. */
  'room:history': (p: { channelId: string; afterSeq: number }, ack: (r: Ack<ChatMessage[]>) => void) => void;
  /** So many likes, 1 .. 50, of the last second: clients count, and send once a second at most. */
  'live:like': (p: { channelId: string; count: number }, ack: (r: Ack<null>) => void) => void;
}

export interface ServerToClientEvents {
  'room:message': (m: ChatMessage) => void;
  'room:presence': (p: RoomPresence) => void;
  /** To a user who was muted in the room or banned from it, or isn't any more. */
  'room:restricted': (p: RoomRestriction) => void;
  /** To the room: what viewers of the channel see now. */
  'live:source': (p: { channelId: string; source: ChannelSource; sourceVersion: number }) => void;
  /** To the room, at most once a second: how many likes the channel has now. */
  'live:likes': (p: { channelId: string; likes: number }) => void;
  /**
   * To the host: stop your own push (`host`), the mix is on the air; or the push of your mix (`mix`), another is on the
   * air or the co-hosting is over.
   */
  'live:stop-push': (p: { channelId: string; role: 'host' | 'mix' }) => void;
  /** To the host: the co-hosting ends, push again (get a fresh address at /push-url). */
  'live:resume-push': (p: { channelId: string }) => void;
  /** To the host: the media node that you pushed to is lost; push here from now on. */
  'live:push-url-changed': (p: { channelId: string; push: PushUrlView }) => void;
  /** To the host: the addresses to push to that were given out so far are void; ask for new ones. */
  'live:push-revoked': (p: { channelId: string }) => void;
  /** To the host: their stream has another warning now, or none. */
  'live:host-stream': (p: { channelId: string; hostStream: HostStreamView | null }) => void;
  /** To the host, with the admin's note, and to the room: an admin has suspended the channel, or resumed it. */
  'live:suspension': (p: { channelId: string; suspended: boolean; note: string | null }) => void;
  /** To a viewer who was put out, or may watch again. */
  'live:viewer-ban': (p: { channelId: string; active: boolean; until: string | null }) => void;
  /** To the host and the viewer concerned; of an application also to its viewer when their place in the queue changes. */
  'co-host:invitation': (p: InvitationView) => void;
  /** To the room. */
  'co-host:session': (p: CoHostView) => void;
  /** To both hosts: a challenge was made, answered, taken back, or has expired. */
  'pk:invitation': (p: InvitationView) => void;
  /** To both rooms and both hosts: the match began, is over, or has another state. */
  'pk:match': (p: PkMatchView) => void;
  /**
   * To both rooms: what one side has now, a few times a second at most. Points only rise, so of two such signals the
   * higher one is the newer.
   */
  'pk:points': (p: { matchId: string; channelId: string; points: number }) => void;
  /** To a member who was removed, or whose session ended. */
  'co-host:removed': (p: { channelId: string; sessionId: string; reason: CoHostRemovalReason }) => void;
  /** To the conference's members. */
  'conference:member': (p: { conferenceId: string; member: ConferenceMemberView }) => void;
  /** To the conference's owner: somebody waits to be let in, or waits no longer. */
  'conference:request': (p: { conferenceId: string; userId: string; name: string; pending: boolean }) => void;
  /** To who was let in, or refused. */
  'conference:admission': (p: { conferenceId: string; admitted: boolean }) => void;
  /** To the conference's members: its title, access, lock or limit have changed. */
  'conference:changed': (p: { conferenceId: string }) => void;
  /** To the conference's members: its media node is lost. Join again, which answers with another one. */
  'conference:moved': (p: { conferenceId: string }) => void;
  'conference:ended': (p: { conferenceId: string }) => void;
  /** To those who asked to watch the conference: it plays, at these addresses. */
  'bypass:live': (p: WatchView) => void;
  /** To those who asked to watch the conference: it could not begin, or it is over. */
  'bypass:ended': (p: { conferenceId: string; reason: BypassReason | null }) => void;
  /** To the host: mix on your device, and push the mix here. Holds for a push that was lost as well. */
  'mix:push': (p: { channelId: string; sessionId: string; push: PushUrlView }) => void;
  /** To the host: the mixing mode of the running session is switched. */
  'mix:switch': (p: { channelId: string; sessionId: string } & MixSwitchView) => void;
  /** To the host. */
  'mix:task': (p: MixTaskView) => void;
}
