import type { MixingMode } from '../../contracts';
import { ClientMixing } from './client-mixing';
import type { MixingStrategy } from './mixing-strategy';
import { ServerMixing } from './server-mixing';

/** One line for each way of mixing. */
export const STRATEGIES = [ServerMixing, ClientMixing];

/** The strategy of each mode. */
export class MixingStrategies {
  private readonly byMode: ReadonlyMap<MixingMode, MixingStrategy>;

  constructor(all: readonly MixingStrategy[]) {
    this.byMode = new Map(all.map((strategy) => [strategy.mode, strategy]));
  }

  of(mode: MixingMode): MixingStrategy {
    const strategy = this.byMode.get(mode);
    if (!strategy) throw new Error(`nobody mixes in the mode ${mode}`);
    return strategy;
  }
}
