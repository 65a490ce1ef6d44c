import type { QualityReport } from '../contracts';
import { DomainEvent } from '../platform/common';

/** A player has said what it saw. */
export class QualityReported extends DomainEvent {
  /** @param report of hand-overs only those that the channel may have had */
  constructor(
    readonly channelId: string,
    readonly report: QualityReport,
  ) {
    super();
  }
}
