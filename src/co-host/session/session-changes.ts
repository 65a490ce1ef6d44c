import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { EventBus } from '../../platform/common';
import type { CoHostView } from '../../contracts';
import type { CoHostSession } from './session.entity';
import { CoHostSessionChanged } from './session.events';
import { SessionRepository } from './session.repository';
import { SeatRepository } from '../seats/seat.repository';
import { sessionView } from './session.view';
import { MixSwitchRepository } from '../mix/mix-switch.repository';

/** The one way in which a session is changed: under its lock, and announced after the commit. */
@Injectable()
export class SessionChanges {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly sessions: SessionRepository,
    private readonly seats: SeatRepository,
    private readonly switches: MixSwitchRepository,
  ) {}

  /**
   * Runs `work` on the locked session as it is by then; what it decides by reading can't change under it. Keep it
   * short: no calls to other rooms that need a database connection of their own.
   * @param work resolves to false when it changed nothing
   * @returns whether something was changed
   */
  change(
    id: string,
    work: (session: CoHostSession, tx: EntityManager) => Promise<boolean>,
  ): Promise<boolean> {
    return this.bus.transaction(this.db, async (tx) => {
      const session = await this.sessions.lock(id, tx);
      if (!session || !(await work(session, tx))) return false;
      await this.announce(id, tx);
      return true;
    });
  }

  /** Tells everybody, after the commit of `tx`, how the session is as of now; and the one that it is paired with. */
  async announce(id: string, tx: EntityManager): Promise<void> {
    this.bus.publish(new CoHostSessionChanged(await this.read(id, tx)));
    const other = (await this.sessions.find(id, tx))?.pairedWith;
    if (other) this.bus.publish(new CoHostSessionChanged(await this.read(other, tx)));
  }

  /** @param tx the transaction whose state is to be shown */
  async read(id: string, tx: EntityManager = this.db.manager): Promise<CoHostView> {
    const session = await this.sessions.find(id, tx);
    if (!session) throw new Error(`co-host session ${id} is gone`);
    const members = await this.seats.members(id, tx);
    const opponents = await this.seats.opponents(session, tx);
    return sessionView(session, members, await this.switches.newest(id, tx), opponents);
  }
}
