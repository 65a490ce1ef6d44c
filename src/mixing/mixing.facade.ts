import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { DomainError, Log } from '../platform/common';
import type { Layout, MixingMode, MixOutput, PushUrlView } from '../contracts';
import { type ChannelRecord, LiveFacade } from '../live';
import type { MixSeat } from '../media/contract';
import { MixingStrategies } from './strategy/mixing-strategies';
import type { MixTask } from './task/mix-task.entity';
import type { MixReason, MixTaskRecord } from './task/mix-task.events';
import { MixTaskRepository } from './task/mix-task.repository';
import { toRecord } from './task/mix-task.view';

/** What a mix shows, and where it gets it. */
export interface MixContent {
  layout: Layout;
  seats: MixSeat[];
  conferenceId: string;
  output: MixOutput;
}

export interface MixStart extends MixContent {
  channelId: string;
  reason: MixReason;
  /** Default: the channel's. */
  mode?: MixingMode;
}

/** What is to change while a mix runs; what is absent stays. */
export type MixEdit = Partial<MixContent>;

/** Media control for the other rooms. It writes down what is to be mixed; the row says who does it, and how far it is. */
@Injectable()
export class MixingFacade {
  private readonly log = new Log('mixing');

  constructor(
    private readonly tasks: MixTaskRepository,
    private readonly live: LiveFacade,
    private readonly strategies: MixingStrategies,
  ) {}

  /**
   * Starts a mix.
   * @throws DomainError channel_not_found, mix_running: the channel has one of this mode already; mixers_busy,
   * limit_reached: of a bypass, which would only wait, or is more than its owner's share
   */
  async start(p: MixStart, tx?: EntityManager): Promise<MixTaskRecord> {
    const task = this.newTask(p, await this.live.get(p.channelId, 'any'));
    await this.strategies.of(task.mode).admit(task, tx);
    if (!(await this.tasks.insert(task, tx))) {
      throw new DomainError('mix_running', { channelId: p.channelId });
    }
    const { id: taskId, channelId, conferenceId, mode } = task;
    this.log.info({ taskId, channelId, conferenceId, mode }, 'mix wanted');
    return toRecord(task);
  }

  /**
   * Makes a new version, which the running mixer applies. A task that has ended, or is about to, stays as it is.
   * @throws DomainError mix_task_not_found
   */
  async update(taskId: string, p: MixEdit): Promise<MixTaskRecord> {
    return toRecord((await this.tasks.edit(taskId, p)) ?? (await this.get(taskId)));
  }

  /** Idempotent. @throws DomainError mix_task_not_found */
  async stop(taskId: string): Promise<void> {
    const task = await this.get(taskId);
    const ended = await this.strategies.of(task.mode).end(taskId);
    if (ended) {
      const { channelId, conferenceId, state } = ended;
      this.log.info({ taskId, channelId, conferenceId, state }, 'mix no longer wanted');
    }
  }

  async find(taskId: string): Promise<MixTaskRecord | null> {
    const task = await this.tasks.find(taskId);
    return task && toRecord(task);
  }

  /** Those of these tasks that exist. */
  async findMany(taskIds: string[]): Promise<MixTaskRecord[]> {
    return (await this.tasks.findMany(taskIds)).map(toRecord);
  }

  /** Whether the task's state alone shows that its push is connected; used when the hub's report was missed. */
  isPushing({ mode, state }: Pick<MixTaskRecord, 'mode' | 'state'>): boolean {
    return this.strategies.of(mode).isPushing(state);
  }

  /**
   * Client mixing: the address to which the host's device pushes its mix. The first call gives the mix its epoch.
   * @throws DomainError mix_task_not_found, client_mixing_off, media_unavailable
   */
  async pushAddress(taskId: string): Promise<PushUrlView> {
    const task = await this.get(taskId);
    return this.strategies.of(task.mode).pushAddress(task);
  }

  /**
   * Raises this mix's epoch above all epochs issued so far, so no other mix can take over. Without effect on a mix
   * that doesn't push.
   * @throws DomainError mix_task_not_found, channel_not_found, media_unavailable
   */
  async raiseAboveIssuedEpochs(taskId: string): Promise<void> {
    const { channelId, epoch } = await this.get(taskId);
    if (epoch === null) return;
    const higher = await this.live.beginMix(channelId);
    // The row first: what the hub shows is never newer than the mix that it belongs to.
    await this.tasks.raiseEpoch(taskId, higher);
    await this.live.liftMix(channelId, epoch, higher);
  }

  private async get(taskId: string): Promise<MixTask> {
    const task = await this.tasks.find(taskId);
    if (!task) throw new DomainError('mix_task_not_found', { taskId });
    return task;
  }

  private newTask(p: MixStart, channel: ChannelRecord): MixTask {
    const now = new Date();
    const mode = p.mode ?? channel.mixingMode;
    return {
      id: randomUUID(),
      channelId: p.channelId,
      conferenceId: p.conferenceId,
      ownerId: channel.ownerId,
      mode,
      reasonType: p.reason.type,
      reasonId: p.reason.id,
      layout: p.layout,
      output: p.output,
      seats: p.seats,
      version: 1,
      state: this.strategies.of(mode).initial,
      appliedVersion: 0,
      attempt: 0,
      worker: null,
      setbacks: 0,
      epoch: null,
      error: null,
      statistics: null,
      cores: null,
      relief: [],
      begunAt: null,
      createdAt: now,
      updatedAt: now,
    };
  }
}
