import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { DomainError } from '../../platform/common';
import { RestrictionRepository } from './restriction.repository';

/** Whether a user is muted in a room or banned from it now. */
@Injectable()
export class RestrictionFacade {
  constructor(private readonly rows: RestrictionRepository) {}

  async isBanned(channelId: string, userId: string): Promise<boolean> {
    return isUUID(channelId) && (await this.rows.find(channelId, userId, 'ban')) !== null;
  }

  /** @throws DomainError banned_from_room */
  async requireMayEnter(channelId: string, userId: string): Promise<void> {
    if (await this.isBanned(channelId, userId)) throw new DomainError('banned_from_room');
  }

  /** @throws DomainError banned_from_room, muted_in_room */
  async requireMayWrite(channelId: string, userId: string): Promise<void> {
    const found = await this.rows.of(channelId, userId);
    if (found.some(({ kind }) => kind === 'ban')) throw new DomainError('banned_from_room');
    const until = found.find(({ kind }) => kind === 'mute')?.until;
    if (until) throw new DomainError('muted_in_room', { until: until.toISOString() });
  }
}
