import { DomainEvent } from '../platform/common';
import type { PkMatchView } from '../contracts';
import { pkStates } from './pk.state';

/** The state of a match has changed. */
export class PkMatchChanged extends DomainEvent {
  constructor(readonly match: PkMatchView) {
    super();
  }

  get isOver(): boolean {
    return pkStates.isFinal(this.match.state);
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
