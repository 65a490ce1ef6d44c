import { DomainEvent } from '../../platform/common';

/** A guest has lost their seat: they left, were removed, or the session is over. */
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

/** Viewers see a guest now, or no longer because they left or were removed. Not for those who go with the session. */
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
