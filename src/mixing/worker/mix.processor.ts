import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { type Job, WaitingError } from 'bullmq';
import { Log } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { LiveFacade } from '../../live';
import { MixTaskNotifications } from '../task/mix-task-notifications';
import { MixTaskRepository } from '../task/mix-task.repository';
import { MIX_QUEUE, type MixJob } from '../strategy/server-mixing';
import { MixSupervisor } from './mix-supervisor';
import { MixerSpare } from './mixer-spare';

/** Injection token: path of the mixer process' entry. */
export const MIXER_PATH = Symbol('MixerPath');

/** Notifications come at once; rows are read as often as this in case they don't. */
const REFRESH_MS = 1000;

/**
 * Takes mix jobs. A job lives as long as its task's mix: it only supervises a process, so that this event loop keeps
 * renewing the lock. A worker that dies loses it after 1.5 s, and another goes on under the same task.
 */
@Injectable()
@Processor(MIX_QUEUE, {
  autorun: false,
  lockDuration: 1500,
  stalledInterval: 500,
  // Being taken over is what jobs are for here, however often.
  maxStalledCount: 1_000_000,
})
export class MixProcessor
  extends WorkerHost
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy
{
  private readonly log = new Log('mixing');
  private readonly mixers: MixerSpare;
  private readonly supervisors = new Set<MixSupervisor>();
  private timer: NodeJS.Timeout | null = null;
  private closing = false;

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @Inject(MIXER_PATH) mixerPath: string,
    private readonly tasks: MixTaskRepository,
    private readonly notifications: MixTaskNotifications,
    private readonly conference: ConferenceFacade,
    private readonly live: LiveFacade,
  ) {
    super();
    this.mixers = new MixerSpare({ path: mixerPath, env: { LOG_LEVEL: config.LOG_LEVEL } });
  }

  onModuleInit(): void {
    this.notifications.on((taskId) => {
      const concerned = [...this.supervisors].filter((s) => taskId === null || s.taskId === taskId);
      if (concerned.length > 0) void this.refresh(concerned);
    });
  }

  onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.MIXER_CONCURRENCY;
    this.timer = setInterval(() => void this.refresh([...this.supervisors]), REFRESH_MS);
    this.mixers.refill();
    this.worker.run().catch((error: unknown) => this.log.error({ err: error }, 'mix worker ended'));
  }

  /** Mixers end, and their jobs go back for another worker, while database and queue are still there. */
  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.closing = true;
    const closed = this.worker.close();
    for (const supervisor of this.supervisors) supervisor.release();
    await Promise.all([closed, this.mixers.close()]);
  }

  async process(job: Job<MixJob>, token?: string): Promise<void> {
    // One that was fetched while the worker is being closed would keep it open.
    if (!this.closing && (await this.supervise(job.data.taskId)) === 'over') return;
    await job.moveToWait(token);
    throw new WaitingError();
  }

  private async supervise(taskId: string): Promise<'over' | 'released'> {
    const supervisor = new MixSupervisor(taskId, {
      tasks: this.tasks,
      conference: this.conference,
      live: this.live,
      mixers: this.mixers,
    });
    // Where we have lost the lock to ourselves, the earlier supervisor is still there until it sees the new attempt.
    this.supervisors.add(supervisor);
    try {
      return await supervisor.run();
    } finally {
      this.supervisors.delete(supervisor);
    }
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.log.error({ err: error }, 'mix worker error');
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<MixJob> | undefined, error: Error): void {
    this.log.error({ taskId: job?.data.taskId, err: error }, 'mix job failed');
  }

  private async refresh(supervisors: MixSupervisor[]): Promise<void> {
    try {
      const rows = await this.tasks.findMany(supervisors.map(({ taskId }) => taskId));
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const supervisor of supervisors) {
        const row = byId.get(supervisor.taskId);
        if (row) supervisor.see(row);
      }
    } catch (error) {
      this.log.warn({ err: error }, 'mix tasks could not be read');
    }
  }
}
