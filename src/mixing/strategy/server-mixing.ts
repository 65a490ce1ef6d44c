import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { MixTask } from '../task/mix-task.entity';
import { MixTaskRepository } from '../task/mix-task.repository';
import type { MixingStrategy } from './mixing-strategy';

export const MIX_QUEUE = 'mix';

export interface MixJob {
  taskId: string;
}

/** One BullMQ job per task, under the task's id: whoever adds it again adds nothing. */
@Injectable()
export class ServerMixing implements MixingStrategy {
  readonly initial = 'queued';

  constructor(
    @InjectQueue(MIX_QUEUE) private readonly queue: Queue<MixJob>,
    private readonly tasks: MixTaskRepository,
  ) {}

  async begin(taskId: string): Promise<void> {
    await this.queue.add('mix', { taskId }, { jobId: taskId });
  }

  end(taskId: string): Promise<MixTask | null> {
    return this.tasks.requestStop(taskId);
  }

  /** A task that isn't finished gets a job where it has none, or only one that is over. */
  async ensureJob(taskId: string): Promise<void> {
    const job = await this.queue.getJob(taskId);
    if (job && !job.finishedOn) return;
    await job?.remove();
    await this.begin(taskId);
  }
}
