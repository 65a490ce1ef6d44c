import type { Worker } from 'bullmq';
import { Log, SerialQueue } from '../../platform/common';
import type { HostRoom } from '../mixers/host-room';
import type { ServerMixing } from '../strategy/server-mixing';
import type { MixTask } from '../task/mix-task.entity';

/** More than any host has slots. */
const MAX_FETCHED = 1000;

export interface IntakeDeps {
  room: HostRoom;
  /** The task, if this host might have it: it isn't over, and no other worker has it. */
  claimable: (taskId: string) => Promise<MixTask | null>;
  queue: Pick<ServerMixing, 'next'>;
}

/**
 * Which mixes this host takes. It fetches jobs until it gets one for which it has no room. That one goes back to the
 * queue, for others, and nothing is fetched until the first job of the queue is one that fits: what waits is taken in its
 * order, and nothing is taken and put back over and over.
 */
export class MixIntake {
  private readonly log = new Log('mixing');
  private worker: Pick<Worker, 'pause' | 'resume' | 'isPaused' | 'closing'> | null = null;
  /** Jobs that were fetched one after the other are decided in that order; none is on its way back during a look. */
  private readonly turns = new SerialQueue(MAX_FETCHED);
  private looking = false;
  private again = false;

  constructor(private readonly deps: IntakeDeps) {}

  /** Whether the first job of the queue had no room here. */
  get isClosed(): boolean {
    return this.worker?.isPaused() ?? false;
  }

  /** From now on. */
  start(worker: MixIntake['worker']): void {
    this.worker = worker;
  }

  /**
   * Keeps room for a task that needs some.
   * @param putBack gives its job back to the queue
   * @returns false: there is no room, and its job is back
   */
  admit(taskId: string, putBack: () => Promise<unknown>): Promise<boolean> {
    return this.turns.run('', () => this.decide(taskId, putBack));
  }

  /** There may be room again, or another job may be the first: looks, and fetches again if it fits. */
  async look(): Promise<void> {
    this.again = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.again && this.isClosed) {
        this.again = false;
        await this.turns.run('', () => this.lookOnce());
      }
    } catch (error) {
      this.log.warn({ err: error }, 'the queue of mixes could not be looked at');
    } finally {
      this.looking = false;
    }
  }

  private async decide(taskId: string, putBack: () => Promise<unknown>): Promise<boolean> {
    const task = await this.deps.claimable(taskId);
    if (!task || this.deps.room.take(taskId, task)) return true;
    const { channelId } = task;
    const { used, limits } = this.deps.room;
    if (!this.isClosed) this.log.info({ taskId, channelId, used, ...limits }, 'no room for a mix here');
    await this.worker?.pause(true);
    await putBack();
    return false;
  }

  private async lookOnce(): Promise<void> {
    const taskId = await this.deps.queue.next();
    const task = taskId === null ? null : await this.deps.claimable(taskId);
    const fits = !task || this.deps.room.fits(task);
    if (fits && !this.worker?.closing) await this.worker?.resume();
  }
}
