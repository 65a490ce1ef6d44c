import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, IsNull } from 'typeorm';
import type { MixSwitchState } from '../../../contracts';
import { MixSwitch } from './mix-switch.entity';
import { mixSwitchStates } from './mix-switch.state';

/** Switches of the mixing mode. */
@Injectable()
export class MixSwitchRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  async insert(row: MixSwitch, tx: EntityManager): Promise<void> {
    await tx.insert(MixSwitch, row);
  }

  newest(sessionId: string, tx: EntityManager = this.db.manager): Promise<MixSwitch | null> {
    return tx.findOne(MixSwitch, { where: { sessionId }, order: { createdAt: 'DESC' } });
  }

  /** The switch that is running, or whose losing mix has yet to be stopped. */
  unfinished(sessionId: string, tx: EntityManager = this.db.manager): Promise<MixSwitch | null> {
    return tx.findOneBy(MixSwitch, { sessionId, cleanedAt: IsNull() });
  }

  /** Those of these sessions that have an unfinished switch. */
  async sessionsIn(sessionIds: string[]): Promise<Set<string>> {
    const rows = await this.db.manager.findBy(MixSwitch, { sessionId: In(sessionIds), cleanedAt: IsNull() });
    return new Set(rows.map(({ sessionId }) => sessionId));
  }

  /** Compare-and-set. @returns the row as it is now; null when it was decided already */
  async decide(
    { id }: MixSwitch,
    set: { state: MixSwitchState; reason: MixSwitch['reason'] },
    tx: EntityManager,
  ): Promise<MixSwitch | null> {
    const ended = { ...set, endedAt: new Date() };
    const { affected } = await tx.update(
      MixSwitch,
      { id, state: In(mixSwitchStates.sourcesOf(set.state)) },
      ended,
    );
    return affected === 1 ? tx.findOneByOrFail(MixSwitch, { id }) : null;
  }

  async cleaned(id: string): Promise<void> {
    await this.db.manager.update(MixSwitch, { id }, { cleanedAt: new Date() });
  }
}
