import { Log } from '../../platform/common';
import type { MixingStrategy } from '../strategy/mixing-strategy';
import type { MixTask } from '../task/mix-task.entity';
import type { MixTaskRepository } from '../task/mix-task.repository';
import { isWaiting } from '../task/mix-task.state';

export interface OrphanDeps {
  /** Presence of this process. */
  worker: number;
  tasks: Pick<MixTaskRepository, 'unattended' | 'stopped' | 'waits'>;
  queue: Pick<MixingStrategy, 'begin'>;
  isHere: (taskId: string) => boolean;
  /** Whether this host has no room for what is first in the queue. */
  isFull: () => boolean;
}

/** Looks for tasks of server mixing that no worker has, and gets them to one. */
export class MixOrphans {
  private readonly log = new Log('mixing');
  /** Those of the last look. */
  private known = new Set<string>();

  constructor(private readonly deps: OrphanDeps) {}

  /** What had no worker at two looks in a row is begun again, by whichever worker has room. */
  async look(): Promise<void> {
    try {
      const all = await this.deps.tasks.unattended(this.deps.worker);
      const tasks = all.filter(({ id, mode }) => mode === 'server' && !this.deps.isHere(id));
      for (const task of tasks) if (this.known.has(task.id)) await this.attend(task);
      this.known = new Set(tasks.map(({ id }) => id));
    } catch (error) {
      this.log.warn({ err: error }, 'tasks without a worker could not be looked for');
    }
  }

  private async attend(task: MixTask): Promise<void> {
    const { tasks, queue, worker, isFull } = this.deps;
    // To end it takes no room.
    if (task.state === 'stopping') return void (await tasks.stopped(task.id, worker));
    // Its job is in the queue. Should that be lost, MixTaskDispatcher makes another.
    if (isWaiting(task)) return;
    await queue.begin(task.id);
    if (isFull()) await tasks.waits(task.id);
  }
}
