import { DomainEvent } from '../../platform/common';
import type { CoHostView } from '../../contracts';

/** Something that the session's view shows has changed. */
export class CoHostSessionChanged extends DomainEvent {
  constructor(readonly session: CoHostView) {
    super();
  }
}

/** Viewers see the mix of a session, for the first time. Published once. */
export class CoHostWentLive extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly sessionId: string,
    /** Since the acceptance that opened the session, ms. */
    readonly afterMs: number,
  ) {
    super();
  }
}

/** PK: somebody has joined or left the conference of a paired session. */
export class PairMemberChanged extends DomainEvent {
  constructor(readonly sessionId: string) {
    super();
  }
}
