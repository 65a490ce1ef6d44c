import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { EventBus, Log } from '../../platform/common';
import type { MixTask } from './mix-task.entity';
import { MixTaskChanged } from './mix-task.events';
import { MixTaskNotifications } from './mix-task-notifications';
import { MixTaskRepository } from './mix-task.repository';
import { toRecord } from './mix-task.view';
import { ServerMixing } from '../strategy/server-mixing';

const RECONCILE_MS = 5000;

/**
 * Turns what the feed tells into events and jobs, in order; and looks from time to time (and at the start) whether
 * every unfinished task has its job, whatever became of the process that should have added it.
 */
@Injectable()
export class MixTaskKeeper implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log('mixing');
  private last = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    private readonly bus: EventBus,
    private readonly feed: MixTaskNotifications,
    private readonly tasks: MixTaskRepository,
    private readonly server: ServerMixing,
  ) {}

  onModuleInit(): void {
    this.feed.on((taskId) => this.inTurn(() => (taskId ? this.changed(taskId) : this.missed())));
  }

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => this.inTurn(() => this.reconcile()), RECONCILE_MS);
    this.inTurn(() => this.missed());
    this.inTurn(() => this.reconcile());
    await this.last;
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    if (this.timer) clearInterval(this.timer);
    await this.last;
  }

  private async changed(taskId: string): Promise<void> {
    const task = await this.tasks.find(taskId);
    if (task) await this.take(task);
  }

  private async missed(): Promise<void> {
    for (const task of await this.tasks.recent()) await this.take(task);
  }

  private async take(task: MixTask): Promise<void> {
    if (task.state === 'queued') await this.server.begin(task.id);
    this.bus.publish(new MixTaskChanged(toRecord(task)));
  }

  private async reconcile(): Promise<void> {
    for (const { id } of await this.tasks.unfinished()) await this.server.ensureJob(id);
  }

  private inTurn(work: () => Promise<void>): void {
    this.last = this.last
      .then(() => (this.closed ? undefined : work()))
      .catch((error: unknown) => this.log.error({ err: error }, 'mix tasks could not be looked after'));
  }
}
