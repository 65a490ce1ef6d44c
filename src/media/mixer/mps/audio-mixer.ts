import { AUDIO_BLOCK_SAMPLES, AUDIO_RATE } from '../../codec/audio/pcm';
import { Limiter } from './limiter';

/** What the mixer reads from. Fills both channels for one block that starts at `atMs`; false: nothing to hear. */
export interface AudioSource {
  read(atMs: number, left: Float32Array, right: Float32Array): boolean;
}

export interface AudioInputState {
  source: AudioSource | null;
  /** What it is multiplied by: 0 is silence, 1 as it comes. */
  gain: number;
}

/** Another gain is reached within one block (21 ms): no click, no audible fade either. */
interface Strip {
  /** At the end of the last block. */
  gain: number;
  source: AudioSource | null;
  /** Loudness of the last block: root mean square of both channels, as loud as they are mixed; 1 is full scale. */
  level: number;
}

/**
 * mps, the audio mixing: sums the seats' sound, each by its gain, 48 kHz stereo float, block by block. There is no
 * ducking: nobody gets quieter because somebody else speaks, but where the sum would exceed full scale.
 */
export class AudioMixer {
  private readonly strips = new Map<string, Strip>();
  private readonly limiter = new Limiter(AUDIO_RATE);
  private readonly left = new Float32Array(AUDIO_BLOCK_SAMPLES);
  private readonly right = new Float32Array(AUDIO_BLOCK_SAMPLES);

  /**
   * Mixes the block that starts at `atMs` (monotonic) into `outLeft` and `outRight`. Seats that are no longer in
   * `inputs` are faded out in this block.
   */
  mix(
    atMs: number,
    inputs: Map<string, AudioInputState>,
    outLeft: Float32Array,
    outRight: Float32Array,
  ): void {
    outLeft.fill(0);
    outRight.fill(0);
    for (const [userId, input] of inputs) {
      const strip = this.strips.get(userId);
      if (!strip) this.strips.set(userId, { gain: 0, source: input.source, level: 0 });
      else if (input.source) strip.source = input.source;
    }
    for (const [userId, strip] of this.strips) {
      const input = inputs.get(userId);
      this.add(strip, atMs, input?.gain ?? 0, outLeft, outRight);
      if (!input) this.strips.delete(userId);
    }
    this.limiter.process(outLeft, outRight);
  }

  /** Loudness of a seat's last block, 0 while it is silenced. */
  level(userId: string): number {
    return this.strips.get(userId)?.level ?? 0;
  }

  private add(
    strip: Strip,
    atMs: number,
    target: number,
    outLeft: Float32Array,
    outRight: Float32Array,
  ): void {
    const { left, right } = this;
    // A silenced source is read too, so that its buffer keeps moving.
    const heard = strip.source?.read(atMs, left, right) ?? false;
    const from = strip.gain;
    strip.gain = target;
    strip.level = 0;
    if (!heard || (from === 0 && target === 0)) return;
    let energy = 0;
    const step = (target - from) / AUDIO_BLOCK_SAMPLES;
    for (let i = 0; i < AUDIO_BLOCK_SAMPLES; i++) {
      const l = left[i]!;
      const r = right[i]!;
      energy += l * l + r * r;
      const gain = from + step * i;
      outLeft[i] = outLeft[i]! + l * gain;
      outRight[i] = outRight[i]! + r * gain;
    }
    strip.level = target * Math.sqrt(energy / (2 * AUDIO_BLOCK_SAMPLES));
  }
}
