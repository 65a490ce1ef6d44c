import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { EntityManager } from 'typeorm';
import type { MixTaskState, PushUrlView } from '../../contracts';
import { DomainError } from '../../platform/common';
import type { MixTask } from '../task/mix-task.entity';
import { MixTaskRepository } from '../task/mix-task.repository';
import type { MixingStrategy } from './mixing-strategy';

const BUSY_SECONDS = 10;
/** BullMQ: jobs without a priority go before those with one. */
const AFTER_CO_HOSTINGS = { priority: 1 };

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

  /**
   * A co-hosting may wait for a mixer: people are in a call already. A bypass that would wait is refused, and leaves a
   * quarter of the mixers to co-hostings.
   */
  async admit({ reasonType }: MixTask, tx?: EntityManager): Promise<void> {
    if (reasonType !== 'bypass' || !tx) return;
    const { slots, tasks, bypasses } = await this.tasks.load(tx);
    if (slots === 0) return;
    const forBypass = slots - Math.min(slots - 1, Math.max(1, Math.floor(slots / 4)));
    if (tasks >= slots || bypasses >= forBypass) {
      throw new DomainError('mixers_busy', { retryAfterSeconds: BUSY_SECONDS });
    }
  }

  /** The job of a worker that died may still look taken, so each attempt has its own. */
  async begin(taskId: string): Promise<void> {
    const task = await this.tasks.find(taskId);
    if (!task) return;
    const jobId = `${taskId}.${task.attempt}`;
    const job = await this.queue.getJob(jobId);
    if (job && !job.finishedOn) return;
    await job?.remove();
    const order = task.reasonType === 'bypass' ? AFTER_CO_HOSTINGS : {};
    await this.queue.add('mix', { taskId }, { jobId, ...order });
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
