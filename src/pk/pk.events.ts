import { DomainEvent } from '../platform/common';
import type { PkMatchView } from '../contracts';

/** The state of a match has changed. */
export class PkMatchChanged extends DomainEvent {
  constructor(readonly match: PkMatchView) {
    super();
  }
}

/** One side of a running match was given points. */
export class PkPointsChanged extends DomainEvent {
  constructor(
    readonly matchId: string,
    /** Both sides; first the one that got the points. */
    readonly channelIds: readonly string[],
    /** What this side has now. */
    readonly points: number,
  ) {
    super();
  }
}
