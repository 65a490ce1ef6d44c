import { Injectable } from '@nestjs/common';
import { AvatarRepository } from './avatar.repository';
import { ChannelImageRepository } from './channel-image.repository';

export interface WantedImages {
  /** Of whose images. */
  channelId: string;
  images: string[];
  /** Ids of avatars. */
  avatars: string[];
}

/** What mixes may ask of pictures. */
@Injectable()
export class ImagesFacade {
  constructor(
    private readonly images: ChannelImageRepository,
    private readonly avatars: AvatarRepository,
  ) {}

  /** Ids of the avatars of those of these users who have one. */
  avatarsOf(userIds: string[]): Promise<Map<string, string>> {
    return userIds.length === 0 ? Promise.resolve(new Map<string, string>()) : this.avatars.idsOf(userIds);
  }

  /** PNG or JPEG by id, of those that are there. A channel has its own images only. */
  async bytesOf({ channelId, images, avatars }: WantedImages): Promise<Map<string, Buffer>> {
    const rows = [
      ...(images.length > 0 ? await this.images.withBytes(channelId, images) : []),
      ...(avatars.length > 0 ? await this.avatars.withBytes(avatars) : []),
    ];
    return new Map(rows.map(({ id, bytes }) => [id, bytes]));
  }
}
