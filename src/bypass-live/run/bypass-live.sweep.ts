import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../../platform/common';
import { BypassFlow } from './bypass-flow';
import { BypassLiveRepository } from '../bypass-live.repository';

/** Media nodes report viewers as often. */
const SWEEP_MS = 2000;

/** One run after another, in every API process: each step is safe to be done twice. Counts the viewers, too. */
@Injectable()
export class BypassLiveSweep extends Sweeper {
  constructor(
    private readonly lives: BypassLiveRepository,
    private readonly flow: BypassFlow,
  ) {
    super(new Log('bypass-live'), SWEEP_MS);
  }

  protected round(): Promise<void> {
    return this.each(
      'bypassLiveId',
      () => this.lives.unfinished(),
      (id) => this.flow.settle(id),
    );
  }
}
