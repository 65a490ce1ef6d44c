import { AUDIO_BLOCK_SAMPLES as BLOCK, AUDIO_RATE } from '../../codec/audio/pcm';
import { AudioMixer, type AudioInputState } from './audio-mixer';
import { Limiter } from './limiter';
import { LoudestSpeaker } from './loudest';

/** An endless sine, one continuous phase over all blocks. */
function tone(hz: number, amplitude: number, phase = 0): AudioInputState {
  let n = 0;
  const read = (_at: number, left: Float32Array, right: Float32Array) => {
    for (let i = 0; i < left.length; i++, n++) {
      left[i] = right[i] = amplitude * Math.sin((2 * Math.PI * hz * n) / AUDIO_RATE + phase);
    }
    return true;
  };
  return { source: { read }, gain: 1 };
}

function run(mixer: AudioMixer, blocks: number, inputsAt: (block: number) => Map<string, AudioInputState>) {
  const out = new Float32Array(blocks * BLOCK);
  const right = new Float32Array(BLOCK);
  for (let block = 0; block < blocks; block++) {
    mixer.mix(block * 21, inputsAt(block), out.subarray(block * BLOCK, (block + 1) * BLOCK), right);
  }
  return out;
}
/** Amplitude of one frequency. */
function amplitude(samples: Float32Array, hz: number): number {
  let [re, im] = [0, 0];
  samples.forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * hz * i) / AUDIO_RATE);
    im += sample * Math.sin((2 * Math.PI * hz * i) / AUDIO_RATE);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}
const peak = (samples: Float32Array) => samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
/** Largest second difference: a step in a smooth signal shows here. */
function roughness(samples: Float32Array): number {
  let worst = 0;
  for (let i = 2; i < samples.length; i++) {
    worst = Math.max(worst, Math.abs(samples[i]! - 2 * samples[i - 1]! + samples[i - 2]!));
  }
  return worst;
}

describe('Limiter', () => {
  it('never exceeds full scale with 16 loud inputs', () => {
    const inputs = new Map(Array.from({ length: 16 }, (_, i) => [`u${i}`, tone(200 + 37 * i, 1, i)]));
    const out = run(new AudioMixer(), 60, () => inputs);
    expect(peak(out)).toBeLessThanOrEqual(1);
    expect(peak(out.subarray(BLOCK))).toBeGreaterThan(0.8);
  });

  it('leaves a single full-scale input as it is', () => {
    const expected = run(new AudioMixer(), 1, () => new Map());
    const reference = tone(440, 1);
    const left = new Float32Array(BLOCK * 8);
    reference.source!.read(0, left, new Float32Array(BLOCK * 8));
    const inputs = new Map([['a', tone(440, 1)]]);
    const out = run(new AudioMixer(), 8, () => inputs);
    expect(expected.every((sample) => sample === 0)).toBe(true);
    expect(out.subarray(BLOCK)).toEqual(left.subarray(BLOCK));
  });

  it('recovers its gain after a loud moment', () => {
    const limiter = new Limiter(AUDIO_RATE);
    const loud = new Float32Array(480).fill(4);
    limiter.process(loud, loud.slice());
    expect(peak(loud)).toBeLessThanOrEqual(1);
    let quiet = new Float32Array(0);
    for (let i = 0; i < 400; i++) limiter.process((quiet = new Float32Array(480).fill(0.5)), quiet.slice());
    expect(quiet[479]).toBe(0.5);
  });
});

describe('AudioMixer', () => {
  it('joins, silences and removes without a click', () => {
    const a = tone(300, 0.4);
    const b = tone(470, 0.4, Math.PI / 2);
    const out = run(new AudioMixer(), 40, (block) => {
      const inputs = new Map([['a', a]]);
      if (block >= 10 && block < 30) inputs.set('b', { ...b, gain: block < 18 || block >= 24 ? 1 : 0 });
      return inputs;
    });
    // A sine's second difference is amplitude * (2 pi f / rate)^2; a hard step would be about 0.4.
    expect(roughness(out.subarray(BLOCK))).toBeLessThan(0.01);
  });

  it('goes from one gain to another within a block, without a click', () => {
    const voice = tone(300, 0.3);
    const gains = [1, 0.5, 2, 0, 1.5];
    const out = run(new AudioMixer(), 50, (block) => {
      return new Map([['a', { ...voice, gain: gains[Math.floor(block / 10)]! }]]);
    });
    expect(roughness(out.subarray(BLOCK))).toBeLessThan(0.01);
    // Whole periods of 300 Hz, from the second block of each gain on.
    const heard = gains.map((_, i) => out.subarray((10 * i + 1) * BLOCK).subarray(0, 8160));
    expect(heard.map((part) => Number((amplitude(part, 300) / 0.3).toFixed(3)))).toEqual(gains);
  });

  it('limits what its gain makes too loud, without clipping it', () => {
    const inputs = new Map([['a', { ...tone(300, 0.8), gain: 2 }]]);
    const out = run(new AudioMixer(), 60, () => inputs);
    expect(peak(out)).toBeLessThanOrEqual(1);
    const settled = out.subarray(40 * BLOCK, 40 * BLOCK + 16_000);
    expect(amplitude(settled, 300)).toBeGreaterThan(0.9);
    // Clipped, the third harmonic of such a sine would be 17 % of it.
    expect(amplitude(settled, 900) / amplitude(settled, 300)).toBeLessThan(0.02);
  });

  it('makes nobody quieter while somebody else speaks', () => {
    const [low, loud] = [tone(300, 0.1), tone(1500, 0.8)];
    const out = run(new AudioMixer(), 60, (block) => {
      const inputs = new Map([['a', low]]);
      if (block >= 20) inputs.set('b', loud);
      return inputs;
    });
    const heard = [2, 22, 40].map((block) => amplitude(out.subarray(block * BLOCK).subarray(0, 16_000), 300));
    expect(heard.map((level) => level.toFixed(3))).toEqual(['0.100', '0.100', '0.100']);
  });

  it('has the sum of two tones, and reports levels as loud as they are mixed', () => {
    const mixer = new AudioMixer();
    const inputs = new Map([
      ['a', tone(300, 0.4)],
      ['b', { ...tone(470, 0.2), gain: 0 }],
    ]);
    const out = run(mixer, 10, () => inputs);
    expect(peak(out)).toBeCloseTo(0.4, 2);
    expect(mixer.level('a')).toBeCloseTo(0.4 / Math.SQRT2, 1);
    expect(mixer.level('b')).toBe(0);
    expect(mixer.level('nobody')).toBe(0);
  });
});

describe('LoudestSpeaker', () => {
  const feed = (speaker: LoudestSpeaker, from: number, to: number, levels: [string, number][]) => {
    let picked: string | null = null;
    for (let ms = from; ms < to; ms += 21) picked = speaker.update(ms, new Map(levels));
    return picked;
  };

  it('changes to the user who is clearly louder for long enough, not for a cough', () => {
    const speaker = new LoudestSpeaker();
    expect(
      feed(speaker, 0, 500, [
        ['a', 0],
        ['b', 0],
      ]),
    ).toBeNull();
    expect(
      feed(speaker, 500, 2000, [
        ['a', 0.2],
        ['b', 0],
      ]),
    ).toBe('a');
    expect(
      feed(speaker, 2000, 2200, [
        ['a', 0],
        ['b', 0.5],
      ]),
    ).toBe('a');
    expect(
      feed(speaker, 2200, 4000, [
        ['a', 0.2],
        ['b', 0.25],
      ]),
    ).toBe('a');
    expect(
      feed(speaker, 4000, 7000, [
        ['a', 0],
        ['b', 0.3],
      ]),
    ).toBe('b');
    expect(
      feed(speaker, 7000, 9000, [
        ['a', 0],
        ['b', 0],
      ]),
    ).toBe('b');
    expect(feed(speaker, 9000, 9100, [['a', 0]])).toBeNull();
  });
});
