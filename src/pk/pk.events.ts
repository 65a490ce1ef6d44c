import { DomainEvent } from '../platform/common';
import type { PkMatchView } from '../contracts';
import { pkStates } from './pk.state';

/** A match has another state. */
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
    /** Of the two sides; whose points they are first. */
    readonly channelIds: readonly string[],
    /** What it has now. */
    readonly points: number,
  ) {
    super();
  }
}
