import { DomainEvent } from '../platform/common';
import type { CoHostView, InvitationView, MixSwitchView } from '../contracts';

/** An invitation or application was made, answered, taken back, or has expired. */
export class InvitationChanged extends DomainEvent {
  constructor(readonly invitation: InvitationView) {
    super();
  }
}

/** Anything of a session that its view shows has changed. */
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

/** A guest has lost his seat: he left, was removed, or the session is over. */
export class CoHostMemberRemoved extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly sessionId: string,
    readonly userId: string,
    readonly reason: string,
  ) {
    super();
  }
}

/** Viewers see a guest now, or no more because he left or was removed. Not for those who go with the session. */
export class CoHostAirChanged extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly sessionId: string,
    readonly userId: string,
    readonly name: string,
    readonly onAir: boolean,
  ) {
    super();
  }
}

/** A switch of the mixing mode in a running session was begun, done or rolled back. */
export class MixSwitchChanged extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly sessionId: string,
    readonly hostId: string,
    readonly mixSwitch: MixSwitchView,
  ) {
    super();
  }
}

/** PK: somebody has come into the conference of a paired session, or is gone. */
export class PairMemberChanged extends DomainEvent {
  constructor(readonly sessionId: string) {
    super();
  }
}
