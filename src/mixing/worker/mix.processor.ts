import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { type Job, WaitingError } from 'bullmq';
import { hostname } from 'node:os';
import { Log } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { ImagesFacade, LiveFacade } from '../../live';
import { LastingConnection } from '../../platform/database';
import { usableCores } from '../../platform/processes';
import { HostRoom } from '../mixers/host-room';
import { MixWorkerRepository, type NewWorker } from '../mixers/mix-worker.repository';
import { MIX_TASK_CHANNEL, MixTaskRepository } from '../task/mix-task.repository';
import { MIX_QUEUE, type MixJob, ServerMixing } from '../strategy/server-mixing';
import { EncoderChoice } from './encoder-choice';
import { MixIntake } from './mix-intake';
import { MixOrphans } from './mix-orphans';
import { MixSupervisor } from './mix-supervisor';
import { MixerSpare } from './mixer-spare';

/** Injection token: path of the mixer process' entry. */
export const MIXER_PATH = Symbol('MixerPath');

/** Notifications come at once; beside them, the worker reads rows and says that it is alive this often. */
const REFRESH_MS = 1000;
/** Between two looks for tasks whose worker has died. */
const WATCH_MS = 300;
/** With ROLE=all the rest of the machine's cores is for media node, API and database. */
const SHARE_OF_ALL = 3 / 4;

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
  // On Redis, BullMQ 6.7 wakes nobody for a job with a priority that goes back: they find it by themselves within this, s.
  drainDelay: 1,
})
export class MixProcessor
  extends WorkerHost
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy
{
  private readonly log = new Log('mixing');
  private readonly mixers: MixerSpare;
  private readonly encoder: EncoderChoice;
  private readonly me: NewWorker;
  private readonly room: HostRoom;
  private readonly intake: MixIntake;
  private readonly supervisors = new Map<string, MixSupervisor>();
  private readonly orphans: MixOrphans;
  private timers: NodeJS.Timeout[] = [];
  private closing = false;

  constructor(
    @Inject(CONFIG) config: RuntimeConfig,
    @Inject(MIXER_PATH) mixerPath: string,
    private readonly tasks: MixTaskRepository,
    private readonly workers: MixWorkerRepository,
    private readonly connection: LastingConnection,
    queue: ServerMixing,
    private readonly conference: ConferenceFacade,
    private readonly live: LiveFacade,
    private readonly images: ImagesFacade,
  ) {
    super();
    this.mixers = new MixerSpare({ path: mixerPath, env: { LOG_LEVEL: config.LOG_LEVEL } });
    this.encoder = new EncoderChoice(config.MIX_ENCODER);
    const limits = { cores: mixerCores(config), slots: config.MIXER_CONCURRENCY };
    this.me = { presence: connection.presence, host: hostname(), ...limits };
    this.room = new HostRoom(limits);
    const { presence } = this.me;
    this.intake = new MixIntake({
      room: this.room,
      claimable: (taskId) => tasks.claimable(taskId, presence),
      queue,
    });
    this.orphans = new MixOrphans({
      ...{ worker: presence, tasks, queue },
      isHere: (taskId) => this.supervisors.has(taskId),
      isFull: () => this.intake.isClosed,
    });
  }

  onModuleInit(): void {
    this.connection.listen(MIX_TASK_CHANNEL, (taskId) => {
      const concerned = [...this.supervisors.values()].filter((s) => taskId === null || s.taskId === taskId);
      if (concerned.length > 0) void this.refresh(concerned);
      void this.intake.look();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.workers.forgetOld();
    await this.workers.add(this.me);
    // One more than it takes: that is how it learns that something waits.
    this.worker.concurrency = this.me.slots + 1;
    this.intake.start(this.worker);
    this.timers = [
      setInterval(() => void this.beat(), REFRESH_MS),
      setInterval(() => void this.orphans.look(), WATCH_MS),
    ];
    this.mixers.refill();
    void this.encoder.probe(() => this.mixers.fork());
    this.worker.run().catch((error: unknown) => this.log.error({ err: error }, 'mix worker ended'));
  }

  /** Mixers end, and their jobs go back for another worker, while database and queue are still there. */
  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.closing = true;
    const closed = this.worker.close();
    for (const supervisor of this.supervisors.values()) supervisor.release();
    await Promise.all([closed, this.mixers.close(), this.encoder.close()]);
    await this.workers.remove(this.connection.presence);
  }

  async process(job: Job<MixJob>, token?: string): Promise<void> {
    const { taskId } = job.data;
    // BullMQ gave it out again, but this process has it: the run goes on.
    if (this.supervisors.has(taskId)) return;
    const putBack = () => job.moveToWait(token);
    if (await this.intake.admit(taskId, putBack)) {
      if ((await this.supervise(taskId)) === 'over') return;
      await putBack();
    }
    throw new WaitingError();
  }

  private async supervise(taskId: string): Promise<'over' | 'released'> {
    // Another job of the same task, while its row was read.
    if (this.supervisors.has(taskId)) return 'over';
    // A job fetched while the worker closes would keep it open.
    if (this.closing) return 'released';
    const supervisor = new MixSupervisor(taskId, {
      worker: this.connection.presence,
      tasks: this.tasks,
      conference: this.conference,
      live: this.live,
      images: this.images,
      mixers: this.mixers,
      room: this.room,
      encoder: () => this.encoder.kind,
    });
    this.supervisors.set(taskId, supervisor);
    try {
      return await supervisor.run();
    } finally {
      this.supervisors.delete(taskId);
      this.room.free(taskId);
      void this.intake.look();
    }
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<MixJob> | undefined, error: Error): void {
    this.log.error({ taskId: job?.data.taskId, err: error }, 'mix job failed');
  }

  /** Says that this worker lives, and looks at all that it has. */
  private async beat(): Promise<void> {
    try {
      await this.workers.seen(this.me, this.room.factor);
    } catch (error) {
      this.log.warn({ err: error }, 'mix worker could not say that it is alive');
    }
    await this.refresh([...this.supervisors.values()]);
    await this.intake.look();
  }

  private async refresh(supervisors: MixSupervisor[]): Promise<void> {
    try {
      const rows = await this.tasks.findMany(supervisors.map(({ taskId }) => taskId));
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const supervisor of supervisors) {
        const row = byId.get(supervisor.taskId);
        if (row) this.room.resize(row.id, row);
        if (row) supervisor.see(row);
      }
    } catch (error) {
      this.log.warn({ err: error }, 'mix tasks could not be read');
    }
  }
}

/** CPU cores that the mixes of this process may take. */
function mixerCores({ MIXER_CORES, ROLE }: RuntimeConfig): number {
  return MIXER_CORES ?? usableCores() * (ROLE === 'all' ? SHARE_OF_ALL : 1);
}
