/** Samples per channel; a power of two. 1.4 s at 48 kHz. */
const SIZE = 65_536;
const MASK = SIZE - 1;
/** Samples over which sound fades at the edges of a hole: 5 ms. */
const FADE = 240;

/**
 * The last second or so of a stereo stream, addressed by absolute sample numbers. Holes are filled: the sound before
 * one is mirrored and faded out, the sound after it fades in, so that loss is heard as a dip and not as a click.
 */
export class AudioRing {
  private readonly left = new Float32Array(SIZE);
  private readonly right = new Float32Array(SIZE);
  /** First sample that was never written. */
  private writeEnd: number | null = null;
  /** From here on up to `writeEnd` there is only filling, which real sound may replace. */
  private filledFrom = 0;

  get end(): number | null {
    return this.writeEnd;
  }

  /** Writes sound at sample number `at`. What lies before `notBefore` (already read) is left out. */
  write(at: number, left: Float32Array, right: Float32Array, notBefore: number): void {
    const end = at + left.length;
    if (this.writeEnd === null || at > this.writeEnd + SIZE / 2) this.restart(at);
    if (this.writeEnd! < at) this.fill(at);
    const from = Math.max(at, notBefore, this.filledFrom);
    if (from >= end) return;
    const fadeIn = this.filledFrom < this.writeEnd! || from === this.start ? FADE : 0;
    if (fadeIn > 0) this.fill(Math.min(from + fadeIn, end));
    for (let n = from; n < end; n++) {
      const gain = n - from < fadeIn ? (n - from) / fadeIn : 1;
      // Where there was filling, the sound comes up while the filling goes down.
      const keep = n < this.writeEnd! ? 1 - gain : 0;
      this.left[n & MASK] = left[n - at]! * gain + this.left[n & MASK]! * keep;
      this.right[n & MASK] = right[n - at]! * gain + this.right[n & MASK]! * keep;
    }
    // Filling beyond the sound belonged to the old edge.
    this.writeEnd = this.filledFrom = end;
  }

  /** Makes samples up to `to` readable, though nothing came for them. */
  fill(to: number): void {
    const from = this.writeEnd;
    if (from === null || to <= from) return;
    const edge = Math.max(this.filledFrom, to - SIZE);
    for (let n = Math.max(from, to - SIZE); n < to; n++) {
      const after = n - edge;
      const gain = after < FADE ? 1 - after / FADE : 0;
      const mirrored = (edge - 1 - after) & MASK;
      this.left[n & MASK] = gain === 0 ? 0 : this.left[mirrored]! * gain;
      this.right[n & MASK] = gain === 0 ? 0 : this.right[mirrored]! * gain;
    }
    this.writeEnd = to;
  }

  /**
   * Reads `count` samples from `at` on and stretches or squeezes them to the length of `left`. With
   * `count === left.length` they come out unchanged; else by linear interpolation.
   */
  read(at: number, count: number, left: Float32Array, right: Float32Array): void {
    const length = left.length;
    if (count === length) {
      for (let i = 0; i < length; i++) {
        left[i] = this.left[(at + i) & MASK]!;
        right[i] = this.right[(at + i) & MASK]!;
      }
      return;
    }
    for (let i = 0; i < length; i++) {
      const position = (i * count) / length;
      const whole = Math.floor(position);
      const part = position - whole;
      const a = (at + whole) & MASK;
      const b = (at + whole + 1) & MASK;
      left[i] = this.left[a]! + (this.left[b]! - this.left[a]!) * part;
      right[i] = this.right[a]! + (this.right[b]! - this.right[a]!) * part;
    }
  }

  private start = 0;

  private restart(at: number): void {
    this.left.fill(0);
    this.right.fill(0);
    this.writeEnd = this.filledFrom = this.start = at;
  }
}
