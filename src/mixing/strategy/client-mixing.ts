import { Injectable } from '@nestjs/common';
import type { PushUrlView } from '../../contracts';
import { LiveFacade } from '../../live';
import type { MixTask } from '../task/mix-task.entity';
import { MixTaskRepository } from '../task/mix-task.repository';
import type { MixingStrategy } from './mixing-strategy';

/** The host's device mixes: the server starts nothing and only hands out the address to push the mix to. */
@Injectable()
export class ClientMixing implements MixingStrategy {
  readonly mode = 'client';
  readonly initial = 'running';

  constructor(
    private readonly tasks: MixTaskRepository,
    private readonly live: LiveFacade,
  ) {}

  /** Our mixers have nothing to do with it. */
  admit(): Promise<void> {
    return Promise.resolve();
  }

  /** The device begins when its host's app asks for the address; nobody here has anything to do. */
  begin(): Promise<void> {
    return Promise.resolve();
  }

  end(taskId: string): Promise<MixTask | null> {
    return this.tasks.close(taskId);
  }

  /** Only the hub knows what the device does. */
  isPushing(): boolean {
    return false;
  }

  /** A signed address; the same epoch each time, which the first call gives to the mix. */
  async pushAddress(task: MixTask): Promise<PushUrlView> {
    const begun =
      task.epoch === null
        ? await this.tasks.setEpoch(task.id, await this.live.beginMix(task.channelId))
        : task;
    return this.live.mixPushUrl(task.channelId, begun?.epoch ?? 0);
  }
}
