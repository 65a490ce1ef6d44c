import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EventBus } from '../platform/common';
import { type HasRetention, type Retained, RETENTION } from '../platform/database';
import { ConferencesForgotten } from './conference.events';
import { ConferenceRepository } from './conference.repository';

/** Conferences that ended long ago are forgotten, by other rooms too. */
@Injectable()
export class ConferenceRetention implements HasRetention {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly conferences: ConferenceRepository,
  ) {}

  [RETENTION](): Retained[] {
    return [{ name: 'conferences', remove: (days, most) => this.forget(days, most) }];
  }

  private forget(days: number, most: number): Promise<number> {
    return this.bus.transaction(this.db, async (tx) => {
      const ids = await this.conferences.removeEnded(days, most, tx);
      if (ids.length > 0) this.bus.publish(new ConferencesForgotten(ids));
      return ids.length;
    });
  }
}
