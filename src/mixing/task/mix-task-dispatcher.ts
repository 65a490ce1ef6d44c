import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { EventBus, Log, SerialQueue } from '../../platform/common';
import type { MixTask } from './mix-task.entity';
import { MixTaskChanged } from './mix-task.events';
import { DUTIES, LastingConnection } from '../../platform/database';
import { MIX_TASK_CHANNEL, MixTaskRepository } from './mix-task.repository';
import { toRecord } from './mix-task.view';
import { MixingStrategies } from '../strategy/mixing-strategies';

const RECONCILE_MS = 5000;
/** Notifications that may wait. If there are more, the sweeps of the rooms above make up for them. */
const MAX_WAITING = 10_000;

/**
 * Publishes MixTaskChanged for each notification, in order, and starts new tasks. From time to time one process also starts
 * tasks that no worker has, in case the process that should have started them is gone.
 */
@Injectable()
export class MixTaskDispatcher implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log('mixing');
  private readonly turns = new SerialQueue(MAX_WAITING);
  private timer: NodeJS.Timeout | null = null;
  private closed = false;
  private readonly hasDuty: () => boolean;

  constructor(
    private readonly bus: EventBus,
    private readonly connection: LastingConnection,
    private readonly tasks: MixTaskRepository,
    private readonly strategies: MixingStrategies,
  ) {
    this.hasDuty = connection.duty(DUTIES.mixTasks);
  }

  onModuleInit(): void {
    this.connection.listen(MIX_TASK_CHANNEL, (taskId) =>
      this.inTurn(() => (taskId ? this.changed(taskId) : this.missed())),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => this.inTurn(() => this.reconcile()), RECONCILE_MS);
    this.inTurn(() => this.missed());
    this.inTurn(() => this.reconcile());
    await this.turns.idle('');
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    if (this.timer) clearInterval(this.timer);
    await this.turns.idle('');
  }

  private async changed(taskId: string): Promise<void> {
    const task = await this.tasks.find(taskId);
    if (task) await this.take(task);
  }

  private async missed(): Promise<void> {
    for (const task of await this.tasks.recent()) await this.take(task);
  }

  private async take(task: MixTask): Promise<void> {
    const strategy = this.strategies.of(task.mode);
    if (task.state === strategy.initial) await strategy.begin(task.id);
    this.bus.publish(new MixTaskChanged(toRecord(task)));
  }

  private async reconcile(): Promise<void> {
    if (!this.hasDuty()) return;
    for (const { id, mode } of await this.tasks.unattended()) await this.strategies.of(mode).begin(id);
  }

  private inTurn(work: () => Promise<void>): void {
    this.turns
      .run('', async () => void (this.closed || (await work())))
      .catch((error: unknown) => this.log.error({ err: error }, 'mix tasks could not be dispatched'));
  }
}
