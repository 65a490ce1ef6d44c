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
  /** While set the member can't undo it: the owner has muted them and hasn't lifted it. */
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
export interface MemberPatchedView extends ConferenceMemberView {
  /** The media node lets through what is said here; false: it couldn't be told yet, and is told again until it does. */
  applied: boolean;
}
