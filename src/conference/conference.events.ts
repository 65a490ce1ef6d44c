import { DomainEvent } from '../platform/common';
import type { MemberState } from '../contracts';

/** A member as other rooms see him. */
export interface ConferenceMember {
  memberId: string;
  userId: string;
  name: string;
  /** `joined`: expected, or his media connection was lost and he is within his grace period. */
  state: MemberState;
  /** What he may send: as he himself wants it, unless the host has muted him. */
  audio: boolean;
  video: boolean;
  audioMutedByHost: boolean;
  videoMutedByHost: boolean;
  sendingAudio: boolean;
  sendingVideo: boolean;
  /** How often he was let in. */
  admission: number;
}

/** Anything about a member changed; members of a conference that ends get none, see ConferenceEnded. */
export class ConferenceMemberChanged extends DomainEvent {
  constructor(
    readonly conferenceId: string,
    readonly member: ConferenceMember,
  ) {
    super();
  }
}

export class ConferenceEnded extends DomainEvent {
  constructor(readonly conferenceId: string) {
    super();
  }
}
