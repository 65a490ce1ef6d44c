import type { EntityManager } from 'typeorm';
import type { MixingMode, MixTaskState, PushUrlView } from '../../contracts';
import type { MixTask } from '../task/mix-task.entity';

/** Who mixes: our mixers, or the host's own device. All that depends on it in this room is behind this. */
export interface MixingStrategy {
  /** The mode that it is for. */
  readonly mode: MixingMode;
  /** State of a new task. */
  readonly initial: MixTaskState;
  /** Whether a new task may be made. @throws DomainError mixers_busy, limit_reached */
  admit(task: MixTask, tx?: EntityManager): Promise<void>;
  /**
   * Gets an unfinished task worked on. Called after the commit of a new row, and again from time to time. Idempotent.
   */
  begin(taskId: string): Promise<void>;
  /** Idempotent. @returns null when there was nothing to end */
  end(taskId: string): Promise<MixTask | null>;
  /** Whether the task's state alone shows that its push is connected. */
  isPushing(state: MixTaskState): boolean;
  /**
   * Where the host's device pushes the mix that it makes.
   * @throws DomainError client_mixing_off: no device makes this mix; media_unavailable
   */
  pushAddress(task: MixTask): Promise<PushUrlView>;
}
