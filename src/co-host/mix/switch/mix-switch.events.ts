import { DomainEvent } from '../../../platform/common';
import type { MixSwitchView } from '../../../contracts';

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
