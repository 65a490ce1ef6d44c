import type { MixOutput } from '../../contracts';

/** What decides how much CPU a mix takes. */
export interface MixSize {
  output: Pick<MixOutput, 'width' | 'height' | 'fps'>;
  seats: readonly unknown[];
}

/** A mix task, as far as its cost is concerned. */
export interface CostedMix extends MixSize {
  /** CPU cores that its mixer takes, as its worker has measured last; null: not yet. */
  cores: number | null;
}

/**
 * CPU cores by kind of work, on a slow machine: 0.56 for five cameras into 720p25, of which the encoder is the most. That
 * is on the safe side (`npm run bench -- mixer`); what a host's own mixes have cost corrects it (HostRoom).
 */
const PROCESS = 0.05;
/** For each million pixels a second that come out: encoding, and the canvas. */
const MEGAPIXELS = 0.0145;
/** For each input: receiving, decoding, scaling. */
const INPUT = 0.035;

/** To thousandths: finer is noise. */
export function roundCores(cores: number): number {
  return Math.round(cores * 1000) / 1000;
}

/** CPU cores that a mix of this size would take on a machine like the one above. */
export function modelledCores({ output, seats }: MixSize): number {
  const megapixels = (output.width * output.height * output.fps) / 1e6;
  return PROCESS + MEGAPIXELS * megapixels + INPUT * seats.length;
}

/** CPU cores that a mix takes: measured, else expected. @param factor what mixes cost here against the model */
export function costOf(mix: CostedMix, factor: number): number {
  return mix.cores ?? modelledCores(mix) * factor;
}

/** Mixes that the factor is made of. */
const REMEMBERED = 16;
/** One odd mix, of cameras that are off, says little of the next. */
const LEAST_FACTOR = 0.25;
const MOST_FACTOR = 4;

/** Learns from the mixes that run or ran here what one costs against the model. */
export class LearnedFactor {
  /** By task, the newest last. */
  private readonly mixes = new Map<string, { measured: number; modelled: number }>();

  learn(taskId: string, measured: number, modelled: number): void {
    this.mixes.delete(taskId);
    this.mixes.set(taskId, { measured, modelled });
    const [oldest] = this.mixes.keys();
    if (this.mixes.size > REMEMBERED && oldest !== undefined) this.mixes.delete(oldest);
  }

  /** 1 until something was measured. */
  get value(): number {
    const all = [...this.mixes.values()];
    if (all.length === 0) return 1;
    const sum = (of: 'measured' | 'modelled') => all.reduce((total, mix) => total + mix[of], 0);
    return Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, sum('measured') / sum('modelled')));
  }
}

/** Statistics come every 2 s. A cost is that of the last 10 s, and isn't told of less than 4 s. */
const WINDOW_MS = 10_000;
const LEAST_MS = 4000;

/** From the CPU time that one mixer process reports, how many cores it takes now. */
export class CpuMeter {
  private readonly reports: { at: number; cpuMs: number }[] = [];

  /**
   * @param cpuMs CPU time of the process since its start
   * @param at when it was said, ms of a clock that only rises
   * @returns cores, over the window; null: too early to tell
   */
  add(cpuMs: number, at: number): number | null {
    this.reports.push({ at, cpuMs });
    while (this.reports.length > 2 && at - this.reports[1]!.at >= WINDOW_MS) this.reports.shift();
    const first = this.reports[0]!;
    const ms = at - first.at;
    return ms < LEAST_MS ? null : roundCores((cpuMs - first.cpuMs) / ms);
  }
}
