import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EventBus, Log, Sweeper } from '../../platform/common';
import { CONFIG, type RuntimeConfig, servesApi } from '../../platform/config';
import { DUTIES, LastingConnection } from '../../platform/database';
import { ConferenceMemberChanged } from '../conference.events';
import { toRecord } from '../conference.view';
import { MemberRepository } from './member.repository';

const SWEEP_MS = 500;
/** After a start the media nodes report first: members who are connected to them must not be taken for lost. */
const FIRST_SWEEP_MS = 3000;

/** Marks members as left when their grace deadline (a column) has passed. */
@Injectable()
export class GraceSweep extends Sweeper {
  constructor(
    @Inject(CONFIG) config: RuntimeConfig,
    connection: LastingConnection,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly members: MemberRepository,
  ) {
    // Events of other roles' processes would reach nobody.
    const duty = servesApi(config) ? connection.duty(DUTIES.conferenceGrace) : () => false;
    super(new Log('conference'), SWEEP_MS, { firstMs: FIRST_SWEEP_MS, duty });
  }

  protected async round(): Promise<void> {
    if (!(await this.members.isAnyOverdue())) return;
    await this.bus.transaction(this.db, async (tx) => {
      for (const row of await this.members.expire(new Date(), tx)) {
        const { conferenceId, memberId, userId } = row;
        this.log.info({ conferenceId, memberId, userId }, 'member did not come back in time');
        this.bus.publish(new ConferenceMemberChanged(conferenceId, toRecord(row)));
      }
    });
  }
}
