/**
 * Power of one frequency in 16-bit mono samples (Goertzel), relative to the whole: 1 for a pure sine of `hz`, near 0
 * when it isn't there. 0 for silence.
 */
export function toneShare(samples: Int16Array, sampleRate: number, hz: number): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  // Below this it is noise of the codec, not sound.
  if (samples.length === 0 || energy / samples.length < 100) return 0;
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  let previous = 0;
  let before = 0;
  for (const sample of samples) {
    const current = sample + coefficient * previous - before;
    before = previous;
    previous = current;
  }
  const power = previous * previous + before * before - coefficient * previous * before;
  return (2 * power) / (samples.length * energy);
}
