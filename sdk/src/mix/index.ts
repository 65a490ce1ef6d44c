/** `@lianmai/client/mix`: the mix of client mixing, made in a browser. */
import type { MakeMixer } from '../publish/mixer';
import { StreamMixer } from './stream-mixer';

export type { MakeMixer, Mixer } from '../publish/mixer';

/** Draws on a canvas and mixes by Web Audio, as the server's mixers do: for `Lianmai.mixPush`. */
export const canvasMix: MakeMixer = (output, loadImage) => new StreamMixer(output, loadImage);
