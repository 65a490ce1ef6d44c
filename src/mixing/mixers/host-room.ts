import { type CostedMix, costOf, LearnedFactor, modelledCores } from './mix-cost';

/** What a mixer host may use for mixes. */
export interface HostLimits {
  /** CPU cores. */
  cores: number;
  /** Mixes, however little they cost. */
  slots: number;
}

/** What is used of a mixer host. */
export interface HostUse {
  used: number;
  running: number;
}

/**
 * Whether a mix fits. A host with nothing to do takes any, or one that is larger than all hosts would never run.
 * @param cost of the mix, cores
 */
export function hasRoom({ cores, slots, used, running }: HostLimits & HostUse, cost: number): boolean {
  return running === 0 || (running < slots && used + cost <= cores);
}

/**
 * What this host has and what its mixes take: decides whether it takes another one. A mix that costs more than was
 * expected goes on; there is just no room for another until there is again.
 */
export class HostRoom {
  private readonly mixes = new Map<string, CostedMix>();
  private readonly learned = new LearnedFactor();

  constructor(readonly limits: HostLimits) {}

  /** What mixes cost here against the model. */
  get factor(): number {
    return this.learned.value;
  }

  get used(): number {
    const { factor } = this;
    return [...this.mixes.values()].reduce((sum, mix) => sum + costOf(mix, factor), 0);
  }

  fits(mix: CostedMix): boolean {
    const use = { used: this.used, running: this.mixes.size };
    return hasRoom({ ...this.limits, ...use }, costOf(mix, this.factor));
  }

  /** Keeps room for the mix, if there is any. @returns whether there was */
  take(taskId: string, { output, seats, cores }: CostedMix): boolean {
    if (!this.mixes.has(taskId) && !this.fits({ output, seats, cores })) return false;
    this.mixes.set(taskId, { output, seats, cores });
    return true;
  }

  /** The mix is no longer here. */
  free(taskId: string): void {
    this.mixes.delete(taskId);
  }

  /** What it is to show now; until it is measured that is what its cost goes by. */
  resize(taskId: string, { output, seats }: Pick<CostedMix, 'output' | 'seats'>): void {
    const mix = this.mixes.get(taskId);
    if (mix) Object.assign(mix, { output, seats });
  }

  /** What its mixer takes now. @param cores see CpuMeter */
  measured(taskId: string, cores: number): void {
    const mix = this.mixes.get(taskId);
    if (!mix) return;
    mix.cores = cores;
    this.learned.learn(taskId, cores, modelledCores(mix));
  }
}
