import type { MixTaskState } from '../../contracts';
import type { MixTask } from '../task/mix-task.entity';

/** Who mixes: our mixers, or the host's own device. Services know only this. */
export interface MixingStrategy {
  /** State that a new task is in. */
  readonly initial: MixTaskState;
  /** Sees to it that a queued task is begun. Idempotent; called once the row is committed. */
  begin(taskId: string): Promise<void>;
  /** Idempotent. @returns null when there was nothing to end */
  end(taskId: string): Promise<MixTask | null>;
}
