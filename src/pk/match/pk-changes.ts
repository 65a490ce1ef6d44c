import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { EventBus, LockedChanges } from '../../platform/common';
import type { PkMatchView, PkState } from '../../contracts';
import type { PkMatch } from '../pk.entity';
import { PkMatchChanged } from '../pk.events';
import { PkRepository } from '../pk.repository';
import { pkStates } from '../pk.state';
import { matchView } from '../pk.view';

/** The only way to change a match. */
@Injectable()
export class PkChanges extends LockedChanges<PkMatch, PkState> {
  constructor(
    @InjectDataSource() db: DataSource,
    bus: EventBus,
    private readonly matches: PkRepository,
  ) {
    super(db, bus, matches, pkStates);
  }

  /** @param tx the transaction whose state is to be shown */
  async read(id: string, tx?: EntityManager): Promise<PkMatchView> {
    const match = await this.matches.find(id, tx);
    if (!match) throw new Error(`match ${id} is gone`);
    return matchView(match, await this.matches.sides(id, tx));
  }

  /** After commit, publishes the current match to both channels. */
  async announce(id: string, tx: EntityManager): Promise<void> {
    this.bus.publish(new PkMatchChanged(await this.read(id, tx)));
  }

  protected override visible({ id }: PkMatch, tx: EntityManager): Promise<PkMatchView> {
    return this.read(id, tx);
  }

  protected announced({ id }: PkMatch, _: PkMatch, tx: EntityManager): Promise<void> {
    return this.announce(id, tx);
  }
}
