import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { EntityManager } from 'typeorm';
import type { MixTaskState, PushUrlView } from '../../contracts';
import { DomainError, limitReached } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { refusalOf } from '../mixers/mixer-load';
import { MixerLoadRepository } from '../mixers/mixer-load.repository';
import type { MixTask } from '../task/mix-task.entity';
import { MixTaskRepository } from '../task/mix-task.repository';
import type { MixingStrategy } from './mixing-strategy';

const BUSY_MS = 10_000;
/**
 * Of jobs, the lowest first: viewers who have lost their picture, then people in a call, those of one who has no other
 * mix before the rest, then who would like to watch. In BullMQ all have one: jobs without would go before all these.
 */
const PRIORITY = { again: 1, coHost: 2, anotherCoHost: 3, bypass: 4 };

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
    private readonly load: MixerLoadRepository,
    @Inject(CONFIG) private readonly config: RuntimeConfig,
  ) {}

  /**
   * A co-hosting may wait for a mixer: people are in a call already. A bypass that would wait is refused, and leaves
   * room to co-hostings and to others (refusalOf).
   */
  async admit(task: MixTask, tx?: EntityManager): Promise<void> {
    if (task.reasonType !== 'bypass' || !tx) return;
    const { mixerSharePerUser } = this.config.limits;
    const refusal = refusalOf(await this.load.lock(tx), task, mixerSharePerUser / 100);
    if (refusal === 'mixer_share') throw limitReached('mixerSharePerUser', mixerSharePerUser);
    if (refusal) throw new DomainError('mixers_busy', { retryAfterMs: BUSY_MS });
  }

  /** The job of a worker that died may still look taken, so each attempt has its own. */
  async begin(taskId: string): Promise<void> {
    const task = await this.tasks.find(taskId);
    if (!task) return;
    const jobId = `${taskId}.${task.attempt}`;
    const job = await this.queue.getJob(jobId);
    if (job && !job.finishedOn) return;
    await job?.remove();
    await this.queue.add('mix', { taskId }, { jobId, priority: await this.priorityOf(task) });
  }

  /** The task whose job is given out next; null: no job waits. */
  async next(): Promise<string | null> {
    const [job] = await this.queue.getJobs(['prioritized'], 0, 0, true);
    return job?.data.taskId ?? null;
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

  private async priorityOf(task: MixTask): Promise<number> {
    if (task.attempt > 0) return PRIORITY.again;
    if (task.reasonType === 'bypass') return PRIORITY.bypass;
    return (await this.load.hasAnother(task)) ? PRIORITY.anotherCoHost : PRIORITY.coHost;
  }
}
