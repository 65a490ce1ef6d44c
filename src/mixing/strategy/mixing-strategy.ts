import type { MixingMode, MixTaskState, PushUrlView } from '../../contracts';
import type { MixTask } from '../task/mix-task.entity';

/** Who mixes: our mixers, or the host's own device. All that depends on the mode is behind this. */
export interface MixingStrategy {
  /** The mode that it is for. */
  readonly mode: MixingMode;
  /** State that a new task is in. */
  readonly initial: MixTaskState;
  /**
   * Sees to it that an unfinished task is worked on. Called after the commit of a new row, and again from time to
   * time. Idempotent.
   */
  begin(taskId: string): Promise<void>;
  /** Idempotent. @returns null when there was nothing to end */
  end(taskId: string): Promise<MixTask | null>;
  /** Does the task's own state say that its push is connected? */
  isPushing(state: MixTaskState): boolean;
  /**
   * Where the host's device pushes the mix that it makes.
   * @throws DomainError client_mixing_off: no device makes this mix; media_unavailable
   */
  pushAddress(task: MixTask): Promise<PushUrlView>;
}
