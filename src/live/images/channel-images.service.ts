import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { type Caller, requireGrant, requireOwner } from '../../auth';
import type { ImageView, ListView } from '../../contracts';
import { DomainError, EventBus } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { requireWithin } from '../../platform/database';
import { ChannelRepository } from '../channel.repository';
import type { ChannelImage } from './channel-image.entity';
import { ChannelImageRepository } from './channel-image.repository';
import type { SentImage } from './checked-image';
import { ImageChecks } from './image-checks';
import { IMAGE_LIMITS } from './image-rules';

/** The pictures of a channel, for its owner and admins. */
@Injectable()
export class ChannelImagesService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly channels: ChannelRepository,
    private readonly images: ChannelImageRepository,
    private readonly checks: ImageChecks,
  ) {}

  /** @throws DomainError not_allowed, channel_not_found, image_invalid, image_too_large, rate_limited, limit_reached */
  async add(caller: Caller, channelId: string, sent: SentImage): Promise<ImageView> {
    await this.requireOwned(caller, channelId, 'add images to this channel');
    const { mediaType, width, height, bytes, sha256 } = await this.checks.run(caller, sent, IMAGE_LIMITS);
    const id = randomUUID();
    await this.bus.transaction(this.db, async (tx) => {
      const quota = { limits: this.config.limits, limit: 'imagesPerChannel', of: channelId } as const;
      await requireWithin(tx, quota, () => this.images.countOf(channelId, tx));
      const row = { id, channelId, mediaType, width, height, size: bytes.length, sha256, bytes };
      await this.images.insert(row, tx);
    });
    return imageView(await this.require(channelId, id));
  }

  /** Newest first. @throws DomainError not_allowed, channel_not_found */
  async list(caller: Caller, channelId: string): Promise<ListView<ImageView>> {
    await this.requireOwned(caller, channelId, 'see the images of this channel');
    return { items: (await this.images.list(channelId)).map(imageView), nextCursor: null };
  }

  /** @throws DomainError not_allowed, channel_not_found, image_not_found */
  async get(caller: Caller, channelId: string, imageId: string): Promise<SentImage> {
    await this.requireOwned(caller, channelId, 'see the images of this channel');
    const [image] = await this.images.withBytes(channelId, [imageId]);
    if (!image) throw new DomainError('image_not_found', { imageId });
    return image;
  }

  /**
   * A layout may go on naming it: a running mix keeps what it shows, and the next one leaves it out.
   * @throws DomainError not_allowed, channel_not_found, image_not_found
   */
  async remove(caller: Caller, channelId: string, imageId: string): Promise<void> {
    await this.requireOwned(caller, channelId, 'delete images of this channel');
    await this.bus.transaction(this.db, async (tx) => {
      if (!(await this.images.delete(channelId, imageId, tx))) {
        throw new DomainError('image_not_found', { imageId });
      }
    });
  }

  private async require(channelId: string, imageId: string): Promise<ChannelImage> {
    const image = await this.images.find(channelId, imageId);
    if (!image) throw new DomainError('image_not_found', { imageId });
    return image;
  }

  private async requireOwned(caller: Caller, channelId: string, action: string): Promise<void> {
    requireGrant(caller, { channelId });
    const channel = await this.channels.find(channelId);
    if (channel?.kind !== 'host') throw new DomainError('channel_not_found', { channelId });
    requireOwner(caller, channel.ownerId, action, { admin: true });
  }
}

function imageView({ id, mediaType, width, height, size, sha256, createdAt }: ChannelImage): ImageView {
  return {
    ...{ id, mediaType, width, height, size },
    sha256: sha256.toString('hex'),
    createdAt: createdAt.toISOString(),
  };
}
