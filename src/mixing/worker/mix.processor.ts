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
import { LastingConnection } from '../../platform/database';
import { MixingStrategies } from '../strategy/mixing-strategies';
import { MIX_TASK_CHANNEL, MixTaskRepository } from '../task/mix-task.repository';
import { MixWorkerRepository } from './mix-worker.repository';
import { MIX_QUEUE, type MixJob } from '../strategy/server-mixing';
import { MixSupervisor } from './mix-supervisor';
import { MixerSpare } from './mixer-spare';

/** Injection token: path of the mixer process' entry. */
export const MIXER_PATH = Symbol('MixerPath');

/** Notifications come at once; beside them, the worker reads rows and says that it is alive this often. */
const REFRESH_MS = 1000;
/** Between two looks for tasks whose worker has died. */
const WATCH_MS = 300;

/**
 * Takes mix jobs. A job brings a task to a worker, and lives as long as the worker has it, which bounds how many it
 * has. Whose the task is stands in its row alone (MixTaskRepository.claim): a job that BullMQ gives out a second time,
 * because its lock was renewed late, finds the task taken and ends.
 */
@Injectable()
@Processor(MIX_QUEUE, {
  autorun: false,
  lockDuration: 5000,
  stalledInterval: 2500,
  maxStalledCount: 1_000_000,
})
export class MixProcessor
  extends WorkerHost
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy
{
  private readonly log = new Log('mixing');
  private readonly mixers: MixerSpare;
  private readonly supervisors = new Map<string, MixSupervisor>();
  /** Tasks that had no worker at the last look. */
  private orphans = new Set<string>();
  private timers: NodeJS.Timeout[] = [];
  private closing = false;

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @Inject(MIXER_PATH) mixerPath: string,
    private readonly tasks: MixTaskRepository,
    private readonly workers: MixWorkerRepository,
    private readonly connection: LastingConnection,
    private readonly strategies: MixingStrategies,
    private readonly conference: ConferenceFacade,
    private readonly live: LiveFacade,
  ) {
    super();
    this.mixers = new MixerSpare({ path: mixerPath, env: { LOG_LEVEL: config.LOG_LEVEL } });
  }

  onModuleInit(): void {
    this.connection.listen(MIX_TASK_CHANNEL, (taskId) => {
      const concerned = [...this.supervisors.values()].filter((s) => taskId === null || s.taskId === taskId);
      if (concerned.length > 0) void this.refresh(concerned);
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.workers.forgetOld();
    await this.workers.seen(this.connection.presence, this.config.MIXER_CONCURRENCY);
    this.worker.concurrency = this.config.MIXER_CONCURRENCY;
    this.timers = [
      setInterval(() => void this.beat(), REFRESH_MS),
      setInterval(() => void this.watch(), WATCH_MS),
    ];
    this.mixers.refill();
    this.worker.run().catch((error: unknown) => this.log.error({ err: error }, 'mix worker ended'));
  }

  /** Mixers end, and their jobs go back for another worker, while database and queue are still there. */
  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.closing = true;
    const closed = this.worker.close();
    for (const supervisor of this.supervisors.values()) supervisor.release();
    await Promise.all([closed, this.mixers.close()]);
    await this.workers.remove(this.connection.presence);
  }

  async process(job: Job<MixJob>, token?: string): Promise<void> {
    const { taskId } = job.data;
    // BullMQ gave it out again, but this process has it: the run goes on.
    if (this.supervisors.has(taskId)) return;
    // A job fetched while the worker closes would keep it open.
    if (!this.closing && (await this.supervise(taskId)) === 'over') return;
    await job.moveToWait(token);
    throw new WaitingError();
  }

  private async supervise(taskId: string): Promise<'over' | 'released'> {
    const supervisor = new MixSupervisor(taskId, {
      worker: this.connection.presence,
      tasks: this.tasks,
      conference: this.conference,
      live: this.live,
      mixers: this.mixers,
    });
    this.supervisors.set(taskId, supervisor);
    try {
      return await supervisor.run();
    } finally {
      this.supervisors.delete(taskId);
    }
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<MixJob> | undefined, error: Error): void {
    this.log.error({ taskId: job?.data.taskId, err: error }, 'mix job failed');
  }

  /** Says that this worker lives, and looks at all that it has. */
  private async beat(): Promise<void> {
    try {
      await this.workers.seen(this.connection.presence, this.config.MIXER_CONCURRENCY);
    } catch (error) {
      this.log.warn({ err: error }, 'mix worker could not say that it is alive');
    }
    await this.refresh([...this.supervisors.values()]);
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

  /** Tasks that had no worker at two looks in a row are begun again, by whichever worker is free. */
  private async watch(): Promise<void> {
    try {
      const all = await this.tasks.unattended(this.connection.presence);
      const tasks = all.filter(({ id }) => !this.supervisors.has(id));
      for (const { id, mode } of tasks) if (this.orphans.has(id)) await this.strategies.of(mode).begin(id);
      this.orphans = new Set(tasks.map(({ id }) => id));
    } catch (error) {
      this.log.warn({ err: error }, 'tasks without a worker could not be looked for');
    }
  }
}
