import type { MixOutput, MixRelief } from '../../contracts';
import type { EncoderKind } from '../contract';

/** What a look at the mixer's process tells of the time since the last, usually a second. */
export interface Load {
  /** Share of the time in which its thread had work, waiting for a core included, 0..1. */
  busy: number;
  /** Pictures that were left out because they were too late. */
  dropped: number;
}

/** From here on a mix will soon fall behind. */
const TOO_BUSY = 0.9;
/** Looks in a row that make an overload: one alone is a pause of the machine. */
const LOOKS = 2;
/** After a step the next looks still see what was before it. */
const SETTLING_LOOKS = 2;
/** So busy a mix may be for a step to be taken back: each saves more than a tenth, half the pictures far more. */
const ROOM: Record<MixRelief, number> = { preset: 0.7, 'frame-rate': 0.45, inputs: 0.7 };
/** Looks with room in a row before a step is taken back; twice as many each time that it was needed again at once. */
const CALM_LOOKS = 10;
const MAX_CALM_LOOKS = 320;
/** Needed again within so many looks: taking it back was a mistake. */
const REGRET_LOOKS = 30;

/**
 * Decides which steps of relief a mix takes, one after another, so that it never falls behind: a worse picture comes
 * before fewer pictures, and those before small ones. What was taken is given back in the other order.
 */
export class OverloadGovernor {
  private level = 0;
  private overloaded = 0;
  private calm = 0;
  private settling = 0;
  private neededCalm = CALM_LOOKS;
  private sinceTakenBack = Infinity;

  /** @param steps those that would help this mix */
  constructor(private steps: readonly MixRelief[]) {}

  /** The steps that are taken now. */
  get taken(): MixRelief[] {
    return this.steps.slice(0, this.level);
  }

  /** Other steps would help from now on; those that still do stay taken. */
  setSteps(steps: readonly MixRelief[]): void {
    const taken = this.taken;
    this.steps = steps;
    this.level = steps.filter((step) => taken.includes(step)).length;
  }

  /** @returns whether `taken` is another now */
  look({ busy, dropped }: Load): boolean {
    this.sinceTakenBack++;
    if (this.settling > 0) {
      this.settling--;
      return false;
    }
    this.overloaded = busy >= TOO_BUSY || dropped > 0 ? this.overloaded + 1 : 0;
    if (this.overloaded >= LOOKS) return this.take();
    const last = this.steps[this.level - 1];
    this.calm = last && busy <= ROOM[last] && dropped === 0 ? this.calm + 1 : 0;
    return this.calm >= this.neededCalm && this.takeBack();
  }

  private take(): boolean {
    this.overloaded = this.calm = 0;
    if (this.level === this.steps.length) return false;
    const regretted = this.sinceTakenBack <= REGRET_LOOKS;
    this.neededCalm = regretted ? Math.min(this.neededCalm * 2, MAX_CALM_LOOKS) : CALM_LOOKS;
    this.level++;
    this.settling = SETTLING_LOOKS;
    return true;
  }

  private takeBack(): boolean {
    this.calm = this.sinceTakenBack = 0;
    this.level--;
    this.settling = SETTLING_LOOKS;
    return true;
  }
}

/** Steps that would help with this output, in the order in which they are taken. A preset is a matter of x264 alone. */
export function reliefFor(
  { preset = 'veryfast', video }: Pick<MixOutput, 'preset' | 'video'>,
  encoder: EncoderKind = 'x264',
): MixRelief[] {
  if (video === false) return [];
  const isFast = preset === 'ultrafast' || preset === 'superfast';
  return isFast || encoder !== 'x264' ? ['frame-rate', 'inputs'] : ['preset', 'frame-rate', 'inputs'];
}

/** What the encoder is told: `superfast` has the same headers as the presets above it, so that no player notices. */
export function relieved(output: MixOutput, taken: readonly MixRelief[]): MixOutput {
  return taken.includes('preset') ? { ...output, preset: 'superfast' } : output;
}
