/** Full scale. What stays within passes bit for bit. */
const CEILING = 1;

/**
 * Peak limiter without look-ahead: the gain falls at once with the sample that would be too loud and recovers slowly,
 * both channels together so that the stereo picture doesn't move. Its output never exceeds full scale, since every
 * sample is divided by an envelope that is at least as large.
 */
export class Limiter {
  private envelope = CEILING;
  private readonly release: number;

  /**
   * @param sampleRate Hz
   * @param releaseMs time in which the excess falls to 1/e
   */
  constructor(sampleRate: number, releaseMs = 200) {
    this.release = Math.exp(-1000 / (releaseMs * sampleRate));
  }

  /** Works in place on two channels of equal length, samples nominally -1..1. */
  process(left: Float32Array, right: Float32Array): void {
    let envelope = this.envelope;
    for (let i = 0; i < left.length; i++) {
      const peak = Math.max(Math.abs(left[i]!), Math.abs(right[i]!));
      envelope = CEILING + (envelope - CEILING) * this.release;
      if (peak > envelope) envelope = peak;
      if (envelope - CEILING < 1e-6) envelope = CEILING;
      else {
        left[i] = left[i]! / envelope;
        right[i] = right[i]! / envelope;
      }
    }
    this.envelope = envelope;
  }
}
