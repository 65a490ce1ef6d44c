import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../../platform/common';
import { BypassFlow } from './bypass-flow';
import { BypassLiveRepository } from '../bypass-live.repository';

/** Media nodes report viewers as often. */
const SWEEP_MS = 2000;

/** Counts the viewers of what is on the air, too. In every API process: each step is safe to be done twice. */
@Injectable()
export class BypassLiveSweep extends Sweeper {
  constructor(
    private readonly lives: BypassLiveRepository,
    private readonly flow: BypassFlow,
  ) {
    super(new Log('bypass-live'), SWEEP_MS);
  }

  /** One after another; an error ends only its own step. */
  protected async round(): Promise<void> {
    for (const id of await this.lives.unfinished()) {
      if (this.closed) return;
      await this.flow.settleQuietly(id);
    }
  }
}
