import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../platform/common';
import { PkRepository } from './pk.repository';
import { PkFlow } from './match/pk-flow';

const SWEEP_MS = 5000;

/** One match after another, in every API process: each step is safe to be done twice. */
@Injectable()
export class PkSweep extends Sweeper {
  constructor(
    private readonly matches: PkRepository,
    private readonly flow: PkFlow,
  ) {
    super(new Log('pk'), SWEEP_MS);
  }

  protected round(): Promise<void> {
    return this.each(
      'matchId',
      () => this.matches.unfinished(),
      (id) => this.flow.settle(id),
    );
  }
}
