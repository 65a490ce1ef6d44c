import { Injectable } from '@nestjs/common';
import { PairingFacade } from '../co-host';
import { hasPassed, Log, Sweeper } from '../platform/common';
import { DUTIES, LastingConnection } from '../platform/database';
import { PkRepository, type UnfinishedMatch } from './pk.repository';
import { PkFlow } from './match/pk-flow';

const SWEEP_MS = 5000;

/** In one API process at a time, one match after another; each step is safe to be done twice. */
@Injectable()
export class PkSweep extends Sweeper {
  constructor(
    connection: LastingConnection,
    private readonly matches: PkRepository,
    private readonly flow: PkFlow,
    private readonly pairs: PairingFacade,
  ) {
    super(new Log('pk'), SWEEP_MS, { duty: connection.duty(DUTIES.pk) });
  }

  protected round(): Promise<void> {
    return this.each(
      'matchId',
      () => this.due(),
      ({ id }) => this.flow.settle(id),
    );
  }

  /** Those on their way, and those that run whose time is up or of which a session is over. */
  private async due(): Promise<UnfinishedMatch[]> {
    const all = await this.matches.unfinished();
    const running = all.filter(({ state }) => state === 'running');
    const over = await this.pairs.over(running.flatMap(({ sessionIds }) => sessionIds));
    return all.filter(
      ({ state, endsAt, sessionIds }) =>
        state !== 'running' || hasPassed(endsAt) || sessionIds.some((id) => over.has(id)),
    );
  }
}
