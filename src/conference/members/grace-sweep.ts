import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EventBus, Log } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { ConferenceMemberChanged } from '../conference.events';
import { toMember } from '../conference.view';
import { MemberRepository } from './member.repository';

const SWEEP_MS = 500;
/** After a start the media nodes report first: members who are connected to them must not be taken for lost. */
const FIRST_SWEEP_MS = 3000;

/**
 * Members whose grace is over have left. The deadline is a column: a restart forgets none, a reconnect cancels it by
 * clearing it, and of several API processes one gets each member.
 */
@Injectable()
export class GraceSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log('conference');
  private timer: NodeJS.Timeout | null = null;
  private sweeping = Promise.resolve();

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly members: MemberRepository,
  ) {}

  onApplicationBootstrap(): void {
    // Events of other roles' processes would reach nobody.
    if (this.config.ROLE === 'all' || this.config.ROLE === 'api') this.schedule(FIRST_SWEEP_MS);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.sweeping;
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep().finally(() => {
        if (this.timer) this.schedule(SWEEP_MS);
      });
    }, ms);
  }

  private async sweep(): Promise<void> {
    try {
      await this.bus.transaction(this.db, async (tx) => {
        for (const row of await this.members.expire(new Date(), tx)) {
          const { conferenceId, memberId, userId } = row;
          this.log.info({ conferenceId, memberId, userId }, 'member did not come back in time');
          this.bus.publish(new ConferenceMemberChanged(conferenceId, toMember(row)));
        }
      });
    } catch (error) {
      this.log.error({ err: error }, 'grace sweep failed');
    }
  }
}
