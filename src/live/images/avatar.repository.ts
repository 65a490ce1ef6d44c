import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, Repository } from 'typeorm';
import { Avatar } from './avatar.entity';

@Injectable()
export class AvatarRepository {
  constructor(@InjectRepository(Avatar) private readonly avatars: Repository<Avatar>) {}

  /** In the place of the one before. */
  async put(avatar: Omit<Avatar, 'createdAt'>, tx: EntityManager): Promise<void> {
    await tx.upsert(Avatar, avatar, ['userId']);
  }

  async idsOf(userIds: string[]): Promise<Map<string, string>> {
    const rows = await this.avatars.find({
      select: { userId: true, id: true },
      where: { userId: In(userIds) },
    });
    return new Map(rows.map(({ userId, id }) => [userId, id]));
  }

  /** Those of these that are still there, with their bytes. */
  withBytes(ids: string[]): Promise<Avatar[]> {
    return this.avatars
      .createQueryBuilder('a')
      .addSelect('a.bytes')
      .where({ id: In(ids) })
      .getMany();
  }

  findOf(userId: string): Promise<Avatar | null> {
    return this.avatars.createQueryBuilder('a').addSelect('a.bytes').where({ userId }).getOne();
  }

  async delete(userId: string, tx: EntityManager): Promise<void> {
    await tx.delete(Avatar, { userId });
  }
}
