import { DomainEvent } from '../platform/common';
import type { BypassState } from '../contracts';
import type { BypassLive } from './bypass-live.entity';

/** A bypass live went from one state to another, or was configured (`previous` is its state then). */
export class BypassLiveChanged extends DomainEvent {
  constructor(
    readonly live: BypassLive,
    readonly previous: BypassState,
    /** Who had asked to watch the run that is over, where it has just gone to `idle`. */
    readonly dismissed: string[] = [],
  ) {
    super();
  }
}
