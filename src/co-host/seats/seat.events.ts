import type { CoHostRemovalReason } from '../../contracts';
import { DomainEvent } from '../../platform/common';

/** A guest has lost their seat: they left, were removed, or the session is over. */
export class CoHostMemberRemoved extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly sessionId: string,
    readonly userId: string,
    readonly reason: CoHostRemovalReason,
  ) {
    super();
  }
}

/** Viewers see a guest now, or no longer. Not published for those who are there when the session ends. */
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
