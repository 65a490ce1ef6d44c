import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ConferenceFacade } from '../../conference';
import { LiveFacade } from '../../live';
import { audienceOf, mayWatch } from './audience';
import { BypassChanges } from '../run/bypass-changes';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveRepository } from '../bypass-live.repository';

/**
 * When fewer may watch than before: the addresses that were given out are void, and viewers who use them are cut off.
 * Those who still may watch ask for new ones, as a page does that has lost its stream.
 */
@Injectable()
export class AudienceRevocation {
  constructor(
    private readonly lives: BypassLiveRepository,
    private readonly changes: BypassChanges,
    private readonly conferences: ConferenceFacade,
    private readonly live: LiveFacade,
  ) {}

  /**
   * @param after the row as it is to be
   * @param memberIds of the conference, read before the transaction
   */
  async apply(after: BypassLive, memberIds: string[], tx: EntityManager): Promise<void> {
    await this.live.revokePlayback(after.channelId, tx);
    // Admins aren't known by their ids: they ask again.
    await this.lives.keepWatchers(after.id, [after.ownerId, ...after.allowed, ...memberIds], tx);
  }

  /** The conference may be closed to those who could watch it while it was open. */
  async conferenceChanged(conferenceId: string): Promise<void> {
    const [live, conference] = await Promise.all([
      this.lives.findByConference(conferenceId),
      this.conferences.find(conferenceId),
    ]);
    if (!live || !conference || audienceOf(live, conference) === 'open') return;
    const memberIds = await this.conferences.memberIds(conferenceId);
    await this.changes.change(live.id, async (locked, tx) => {
      await this.apply(locked, memberIds, tx);
      return false;
    });
  }

  /** A member was removed from the conference, or has left. */
  async memberLeft(conferenceId: string, userId: string): Promise<void> {
    const [live, conference, standing] = await Promise.all([
      this.lives.findByConference(conferenceId),
      this.conferences.find(conferenceId),
      this.conferences.standing(conferenceId, userId),
    ]);
    if (!live || !conference || mayWatch(live, conference, { userId, role: 'user' }, standing)) return;
    await this.changes.change(live.id, async ({ id, channelId }, tx) => {
      await this.live.revokePlayback(channelId, tx);
      await this.lives.dropWatcher(id, userId, tx);
      return false;
    });
  }
}
