import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Caller } from '../../auth';
import type { AvatarView } from '../../contracts';
import { EventBus } from '../../platform/common';
import { AvatarChanged } from '../live.events';
import { AvatarRepository } from './avatar.repository';
import type { SentImage } from './checked-image';
import { ImageChecks } from './image-checks';
import { AVATAR_LIMITS } from './image-rules';

/** Everybody's own picture. */
@Injectable()
export class AvatarService {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly avatars: AvatarRepository,
    private readonly checks: ImageChecks,
  ) {}

  /** @throws DomainError image_invalid, image_too_large, rate_limited */
  async put(caller: Caller, sent: SentImage): Promise<AvatarView> {
    const { userId } = caller;
    const { mediaType, width, height, bytes, sha256 } = await this.checks.run(caller, sent, AVATAR_LIMITS);
    const view: AvatarView = { id: randomUUID(), mediaType, width, height, size: bytes.length };
    await this.bus.transaction(this.db, async (tx) => {
      await this.avatars.put({ userId, ...view, sha256, bytes }, tx);
      this.bus.publish(new AvatarChanged(userId));
    });
    return view;
  }

  /** null: there is none. */
  get({ userId }: Caller): Promise<SentImage | null> {
    return this.avatars.findOf(userId);
  }

  /** Idempotent. */
  async remove({ userId }: Caller): Promise<void> {
    await this.bus.transaction(this.db, async (tx) => {
      await this.avatars.delete(userId, tx);
      this.bus.publish(new AvatarChanged(userId));
    });
  }
}
