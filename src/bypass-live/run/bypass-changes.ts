import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { EventBus, LockedChanges } from '../../platform/common';
import type { BypassState } from '../../contracts';
import type { ConferenceRecord } from '../../conference';
import { LiveFacade } from '../../live';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveChanged } from '../bypass-live.events';
import { BypassLiveRepository } from '../bypass-live.repository';
import { bypassStates, isIdle } from '../bypass-live.state';

/** The one way in which a bypass live is changed. */
@Injectable()
export class BypassChanges extends LockedChanges<BypassLive, BypassState> {
  constructor(
    @InjectDataSource() db: DataSource,
    bus: EventBus,
    private readonly lives: BypassLiveRepository,
    private readonly live: LiveFacade,
  ) {
    super(db, bus, lives, bypassStates);
  }

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

  /** Their conferences are gone: the rows go with their channels. One that is on the air stays. */
  async forget(conferenceIds: readonly string[]): Promise<void> {
    await this.bus.transaction(this.db, async (tx) => {
      await this.live.removeBypass(await this.lives.removeIdle(conferenceIds, tx), tx);
    });
  }

  /** When a run ends, its watchers are notified and removed. */
  protected async announced(after: BypassLive, before: BypassLive, tx: EntityManager): Promise<void> {
    const isOver = isIdle(after) && !isIdle(before);
    const dismissed = isOver ? await this.lives.dismissWatchers(after.id, tx) : [];
    this.bus.publish(new BypassLiveChanged(after, before.state, dismissed));
  }
}
