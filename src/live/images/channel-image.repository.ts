import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { type EntityManager, In, Repository } from 'typeorm';
import { ChannelImage } from './channel-image.entity';

@Injectable()
export class ChannelImageRepository {
  constructor(@InjectRepository(ChannelImage) private readonly images: Repository<ChannelImage>) {}

  async insert(image: Omit<ChannelImage, 'createdAt'>, tx: EntityManager): Promise<void> {
    await tx.insert(ChannelImage, image);
  }

  countOf(channelId: string, tx: EntityManager): Promise<number> {
    return tx.countBy(ChannelImage, { channelId });
  }

  /** Newest first, without their bytes. */
  list(channelId: string): Promise<ChannelImage[]> {
    return this.images.find({ where: { channelId }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  find(channelId: string, id: string): Promise<ChannelImage | null> {
    return this.images.findOneBy({ channelId, id });
  }

  /** Those of these that the channel has, with their bytes. */
  withBytes(channelId: string, ids: string[]): Promise<ChannelImage[]> {
    return this.images
      .createQueryBuilder('i')
      .addSelect('i.bytes')
      .where({ channelId, id: In(ids.filter((id) => isUUID(id))) })
      .getMany();
  }

  async delete(channelId: string, id: string, tx: EntityManager): Promise<boolean> {
    return isUUID(id) && (await tx.delete(ChannelImage, { channelId, id })).affected === 1;
  }
}
