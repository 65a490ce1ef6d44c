import { DomainEvent } from '../platform/common';
import type { MemberState } from '../contracts';

/** A member as other rooms see them. */
export interface ConferenceMemberRecord {
  memberId: string;
  userId: string;
  name: string;
  /** `joined`: expected, or the media connection was lost and the grace period runs. */
  state: MemberState;
  /** What the member may send: as they want it, unless the host has muted them. */
  audio: boolean;
  video: boolean;
  audioMutedByHost: boolean;
  videoMutedByHost: boolean;
  /** What their sound is multiplied by in a mix, 0 to 2. */
  gain: number;
  sendingAudio: boolean;
  sendingVideo: boolean;
  /** How often the member was admitted. */
  admission: number;
}

/** Anything about a member changed; not published for the members of a conference that ends, see ConferenceEnded. */
export class ConferenceMemberChanged extends DomainEvent {
  constructor(
    readonly conferenceId: string,
    readonly member: ConferenceMemberRecord,
  ) {
    super();
  }
}

/** Title, access, lock or limit have changed. */
export class ConferenceChanged extends DomainEvent {
  constructor(readonly conferenceId: string) {
    super();
  }
}

/** Somebody waits to be let in, or waits no longer. */
export class AdmissionRequestChanged extends DomainEvent {
  constructor(
    readonly conferenceId: string,
    readonly ownerId: string,
    readonly userId: string,
    readonly name: string,
    readonly pending: boolean,
  ) {
    super();
  }
}

/** The owner has let somebody in, or refused them. */
export class AdmissionDecided extends DomainEvent {
  constructor(
    readonly conferenceId: string,
    readonly userId: string,
    readonly admitted: boolean,
  ) {
    super();
  }
}

export class ConferenceEnded extends DomainEvent {
  constructor(readonly conferenceId: string) {
    super();
  }
}

/** The node that carried the conference is lost: its members join again, and get another one. */
export class ConferenceMoved extends DomainEvent {
  constructor(readonly conferenceId: string) {
    super();
  }
}

/** These ended long ago, and are kept no longer (RetentionSweep). */
export class ConferencesForgotten extends DomainEvent {
  constructor(readonly conferenceIds: readonly string[]) {
    super();
  }
}
