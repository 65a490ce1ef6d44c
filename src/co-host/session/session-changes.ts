import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { EventBus, LockedChanges } from '../../platform/common';
import type { CoHostState, CoHostView } from '../../contracts';
import { MemberRepository } from '../seats/member.repository';
import type { CoHostSession } from './session.entity';
import { CoHostSessionChanged } from './session.events';
import { SessionRepository } from './session.repository';
import { sessionStates } from './session.state';
import { sessionView } from './session.view';
import { MixSwitchRepository } from '../mix/switch/mix-switch.repository';

/** The only way to change a session. */
@Injectable()
export class SessionChanges extends LockedChanges<CoHostSession, CoHostState> {
  constructor(
    @InjectDataSource() db: DataSource,
    bus: EventBus,
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly switches: MixSwitchRepository,
  ) {
    super(db, bus, sessions, sessionStates);
  }

  /** After commit, publishes the current view of the session and of its paired session. */
  async announce(id: string, tx: EntityManager): Promise<void> {
    await this.sessions.raiseVersion(id, tx);
    this.bus.publish(new CoHostSessionChanged(await this.read(id, tx)));
    const other = (await this.sessions.find(id, tx))?.pairedWith;
    if (other) this.bus.publish(new CoHostSessionChanged(await this.read(other, tx)));
  }

  /** @param tx the transaction whose state is to be shown */
  async read(id: string, tx: EntityManager = this.db.manager): Promise<CoHostView> {
    const session = await this.sessions.find(id, tx);
    if (!session) throw new Error(`co-host session ${id} is gone`);
    const members = await this.members.ofSession(id, tx);
    const opponents = await this.members.opponents(session, tx);
    const mixSwitch = await this.switches.newest(id, tx);
    // What the other side changes is told of this one too, and its row can't be locked from here.
    const version = session.version + (await this.sessions.versionOf(session.pairedWith, tx));
    return sessionView({ ...session, version }, members, mixSwitch, opponents);
  }

  protected override visible({ id }: CoHostSession, tx: EntityManager): Promise<CoHostView> {
    return this.read(id, tx);
  }

  protected announced({ id }: CoHostSession, _: CoHostSession, tx: EntityManager): Promise<void> {
    return this.announce(id, tx);
  }
}
