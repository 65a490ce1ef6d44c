/** From so much on, dB of full scale (root mean square), somebody speaks. */
export const SPEAKS_DB = -45;

/** dBFS, root mean square. @param samples -1 .. 1 */
export function levelOf(samples: Float32Array): number {
  const mean = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(mean || 1e-10);
}
