/** `approval`: users who aren't admitted may ask for it. `members`: only who was admitted may join. */
export type ConferenceAccess = 'open' | 'approval' | 'members';
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
  /** How loud they are in a mix of the conference, as its owner has set it: 0 to 2, 1 as they come. */
  gain: number;
}
export interface ConferenceView {
  id: string;
  /** The number people dial and read out: eleven digits, of older conferences nine. */
  number: string;
  title: string;
  ownerId: string;
  access: ConferenceAccess;
  /** Nobody joins who wasn't in it, or let in, before. */
  locked: boolean;
  /** In the call at a time; its owner may come all the same. null: no limit. */
  memberLimit: number | null;
  state: ConferenceState;
  members: ConferenceMemberView[];
  createdAt: string;
  endedAt: string | null;
}
export interface ConferenceCreate {
  title?: string;
  /** Default: `open`. */
  access?: ConferenceAccess;
  /** Default: none. */
  memberLimit?: number;
}
/** PATCH /v1/conferences/:id (owner, admin). It holds for who joins from then on. */
export interface ConferencePatch {
  title?: string;
  access?: ConferenceAccess;
  locked?: boolean;
  memberLimit?: number | null;
}
/** POST /v1/conferences/:id/admissions (owner, admin): lets somebody in, also who was removed. */
export interface AdmissionCreate {
  userId: string;
  /** Default: as they are known here, else their id. */
  name?: string;
}
/** POST /v1/conferences/:id/requests: asks to be let in. DELETE …/requests/:userId (self, owner, admin). */
export interface AdmissionView {
  conferenceId: string;
  /** `admitted`: they may join. */
  state: 'waiting' | 'admitted';
}
/** GET /v1/conferences/:id/requests (owner, admin) */
export interface AdmissionRequestView {
  userId: string;
  name: string;
  createdAt: string;
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
  /** How loud they are in a mix of the conference (owner, admin): 0 to 2, 1 as they come. In the call nothing changes. */
  gain?: number;
}
export interface MemberPatchedView extends ConferenceMemberView {
  /** The media node lets through what is said here; false: it couldn't be told yet, and is told again until it does. */
  applied: boolean;
}
