import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../platform/common';
import { PkFlow } from './pk-flow';
import { PkRepository } from './pk.repository';

const SWEEP_MS = 5000;

/** In every API process: each step is safe to be done twice. */
@Injectable()
export class PkSweep extends Sweeper {
  constructor(
    private readonly matches: PkRepository,
    private readonly flow: PkFlow,
  ) {
    super(new Log('pk'), SWEEP_MS);
  }

  /** One after another; an error ends only its own step. */
  protected async round(): Promise<void> {
    for (const id of await this.matches.unfinished()) {
      if (this.closed) return;
      await this.flow.settleQuietly(id);
    }
  }
}
