import { Inject, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { type Caller, requireGrant, requireOwner } from '../auth';
import { DomainError, type PageQuery } from '../platform/common';
import type { Layout, ListView, MixPreviewRequest, MixTaskView } from '../contracts';
import { picturesOf } from '../media/contract';
import { CHANNEL_DEFAULTS, ImagesFacade, LiveFacade, requireOutputWithin } from '../live';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import type { MixTask } from './task/mix-task.entity';
import { MixTaskRepository } from './task/mix-task.repository';
import { mixTaskStates } from './task/mix-task.state';
import { mixTaskView, toRecord } from './task/mix-task.view';
import { MixingFacade } from './mixing.facade';
import { PreviewRenderer } from './preview/preview-renderer';

/** REST of mix tasks: for admins, and for the channel's owner. */
@Injectable()
export class MixingService {
  constructor(
    private readonly mixing: MixingFacade,
    private readonly tasks: MixTaskRepository,
    private readonly previews: PreviewRenderer,
    private readonly live: LiveFacade,
    private readonly images: ImagesFacade,
    @Inject(CONFIG) private readonly config: RuntimeConfig,
  ) {}

  async list(caller: Caller, page: PageQuery): Promise<ListView<MixTaskView>> {
    const ownerId = caller.role === 'admin' ? null : caller.userId;
    const { rows, nextCursor } = await this.tasks.list(ownerId, caller.channels, page);
    return { items: rows.map((task) => mixTaskView(toRecord(task))), nextCursor };
  }

  async show(caller: Caller, taskId: string): Promise<MixTaskView> {
    return mixTaskView(toRecord(await this.get(caller, taskId)));
  }

  async patch(caller: Caller, taskId: string, { layout }: { layout: Layout }): Promise<MixTaskView> {
    const { state } = await this.get(caller, taskId);
    if (mixTaskStates.isFinal(state)) {
      throw new DomainError('invalid_transition', {
        subject: mixTaskStates.subject,
        from: state,
        to: 'running',
      });
    }
    return mixTaskView(await this.mixing.update(taskId, { layout }));
  }

  /** @returns a PNG. @throws DomainError channel_not_found, not_allowed, limit_reached, rate_limited, overloaded */
  async preview(
    caller: Caller,
    { channelId, layout, output = CHANNEL_DEFAULTS.output, seats }: MixPreviewRequest,
  ): Promise<Buffer> {
    const { width, height, colour } = output;
    // One picture has no rate.
    requireOutputWithin(this.config.limits, caller, { width, height, fps: 0 });
    return this.previews.render(caller.userId, {
      layout,
      output: { width, height, colour },
      images: channelId === undefined ? {} : await this.imagesOf(caller, channelId, layout),
      seats: seats.map(({ name, seat, side, userId, audio = true, video = true, screen = false }) => ({
        ...{ name, seat, side, audio, video, screen },
        userId: userId ?? `${side ?? 'seat'}-${seat}`,
      })),
    });
  }

  private async imagesOf(
    caller: Caller,
    channelId: string,
    layout: Layout,
  ): Promise<Record<string, Uint8Array>> {
    requireGrant(caller, { channelId });
    const { ownerId } = await this.live.get(channelId);
    requireOwner(caller, ownerId, 'see the images of this channel', { admin: true });
    const { images } = picturesOf({ layout, seats: [] });
    return Object.fromEntries(await this.images.bytesOf({ channelId, images, avatars: [] }));
  }

  private async get(caller: Caller, taskId: string): Promise<MixTask> {
    const task = isUUID(taskId) ? await this.tasks.find(taskId) : null;
    if (!task) throw new DomainError('mix_task_not_found', { taskId });
    requireGrant(caller, task);
    requireOwner(caller, task.ownerId, 'see or change this mix', { admin: true });
    return task;
  }
}
