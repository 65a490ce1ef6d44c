import { DomainEvent } from '../../platform/common';
import type { Layout, MixingMode, MixOutput, MixRelief, MixTaskState, MixTrouble } from '../../contracts';
import type { MixSeat, MixStatistics } from '../../media/contract';

/** What a mix is for. */
export interface MixReason {
  type: 'co-host' | 'bypass';
  id: string;
}

/** A mix task as other rooms see it. */
export interface MixTaskRecord {
  id: string;
  channelId: string;
  conferenceId: string;
  mode: MixingMode;
  state: MixTaskState;
  layout: Layout;
  output: MixOutput;
  seats: MixSeat[];
  /** Desired and applied version of layout, seats, conference and output. */
  version: number;
  appliedVersion: number;
  attempt: number;
  /** Epoch of the push at the hub; null until the first attempt. */
  epoch: number | null;
  /** Stable code: why it failed, why it is retrying, or why it waits (isWaiting). */
  error: MixTrouble | null;
  reason: MixReason;
  statistics: MixStatistics | null;
  /** CPU cores that its mixer takes, as measured last; null: not yet. */
  cores: number | null;
  createdAt: Date;
  /** What it does without, because its machine is too busy. */
  relief: MixRelief[];
  /** When a worker first took it; null: none has. */
  begunAt: Date | null;
}

/**
 * Something about a task changed (statistics alone don't count). Delivered in every process of the app, whichever made
 * the change. It may come more than once, and states in between may be left out: act on `task.state`.
 */
export class MixTaskChanged extends DomainEvent {
  constructor(readonly task: MixTaskRecord) {
    super();
  }
}
