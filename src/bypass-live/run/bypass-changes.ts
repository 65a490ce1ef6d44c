import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { EventBus } from '../../platform/common';
import type { ConferenceRecord } from '../../conference';
import { LiveFacade } from '../../live';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveChanged } from '../bypass-live.events';
import { BypassLiveRepository } from '../bypass-live.repository';
import { bypassStates } from '../bypass-live.state';

/** The one way in which a bypass live is changed: under its lock, and announced after the commit. */
@Injectable()
export class BypassChanges {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly lives: BypassLiveRepository,
    private readonly live: LiveFacade,
  ) {}

  /** The row of a conference, which is made with its channel where there is none. One, however many ask at once. */
  async open({ id: conferenceId, title, ownerId }: ConferenceRecord): Promise<BypassLive> {
    const found = await this.lives.findByConference(conferenceId);
    if (found) return found;
    return this.bus.transaction(this.db, async (tx) => {
      await this.lives.lockConference(conferenceId, tx);
      const other = await this.lives.findByConference(conferenceId, tx);
      if (other) return other;
      const channelId = await this.live.openBypass({ title, ownerId }, tx);
      return this.lives.insert({ id: randomUUID(), conferenceId, channelId, ownerId }, tx);
    });
  }

  /**
   * Runs `work` on the locked row as it is by then; what it decides by reading can't change under it.
   * @param work resolves to what is to be set, or to null to leave it all as it is
   * @returns the row after the change; null where nothing was changed
   * @throws DomainError invalid_transition
   */
  change(
    id: string,
    work: (live: BypassLive, tx: EntityManager) => Promise<Partial<BypassLive> | null>,
  ): Promise<BypassLive | null> {
    return this.bus.transaction(this.db, async (tx) => {
      const before = await this.lives.lock(id, tx);
      const set = before && (await work(before, tx));
      if (!before || !set) return null;
      if (set.state && set.state !== before.state) bypassStates.assert(before.state, set.state);
      const after = await this.lives.update(id, set, tx);
      const isOver = after.state === 'idle' && before.state !== 'idle';
      const dismissed = isOver ? await this.lives.dismissWatchers(id, tx) : [];
      this.bus.publish(new BypassLiveChanged(after, before.state, dismissed));
      return after;
    });
  }
}
