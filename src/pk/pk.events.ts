import { DomainEvent } from '../platform/common';
import type { PkMatchView } from '../contracts';

/** A match has another state. */
export class PkMatchChanged extends DomainEvent {
  constructor(readonly match: PkMatchView) {
    super();
  }
}

/** One side of a running match was given points. */
export class PkPointsChanged extends DomainEvent {
  constructor(
    readonly matchId: string,
    /** Of the two sides; whose points they are first. */
    readonly channelIds: readonly string[],
    /** What it has now. */
    readonly points: number,
  ) {
    super();
  }
}
