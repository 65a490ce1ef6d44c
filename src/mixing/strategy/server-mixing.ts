import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { MixTaskState, PushUrlView } from '../../contracts';
import { DomainError } from '../../platform/common';
import type { MixTask } from '../task/mix-task.entity';
import { MixTaskRepository } from '../task/mix-task.repository';
import type { MixingStrategy } from './mixing-strategy';

export const MIX_QUEUE = 'mix';

export interface MixJob {
  taskId: string;
}

/** Our mixers mix. Each attempt to bring a task to a worker has one BullMQ job, so adding it twice adds one. */
@Injectable()
export class ServerMixing implements MixingStrategy {
  readonly mode = 'server';
  readonly initial = 'queued';

  constructor(
    @InjectQueue(MIX_QUEUE) private readonly queue: Queue<MixJob>,
    private readonly tasks: MixTaskRepository,
  ) {}

  /** The job of a worker that died may still look taken, so each attempt has its own. */
  async begin(taskId: string): Promise<void> {
    const task = await this.tasks.find(taskId);
    if (!task) return;
    const jobId = `${taskId}.${task.attempt}`;
    const job = await this.queue.getJob(jobId);
    if (job && !job.finishedOn) return;
    await job?.remove();
    await this.queue.add('mix', { taskId }, { jobId });
  }

  end(taskId: string): Promise<MixTask | null> {
    return this.tasks.requestStop(taskId);
  }

  isPushing(state: MixTaskState): boolean {
    return state === 'running';
  }

  pushAddress(): Promise<PushUrlView> {
    return Promise.reject(new DomainError('client_mixing_off'));
  }
}
