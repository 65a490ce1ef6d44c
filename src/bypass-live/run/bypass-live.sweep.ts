import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../../platform/common';
import { DUTIES, LastingConnection } from '../../platform/database';
import { BypassFlow } from './bypass-flow';
import { BypassInspection } from './bypass-inspection';

/** Media nodes report viewers as often. */
const SWEEP_MS = 2000;

/** In one API process at a time, one run after another; each step is safe to be done twice. Counts the viewers, too. */
@Injectable()
export class BypassLiveSweep extends Sweeper {
  constructor(
    connection: LastingConnection,
    private readonly lives: BypassInspection,
    private readonly flow: BypassFlow,
  ) {
    super(new Log('bypass-live'), SWEEP_MS, { duty: connection.duty(DUTIES.bypassLive) });
  }

  protected round(): Promise<void> {
    return this.each(
      'bypassLiveId',
      () => this.lives.due(),
      ({ id }) => this.flow.settle(id),
    );
  }
}
