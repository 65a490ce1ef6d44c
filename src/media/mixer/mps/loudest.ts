/** Below this smoothed loudness (about -46 dBFS) nobody speaks. */
const SILENCE = 0.005;
/** A challenger must be this much louder (6 dB) … */
const ADVANTAGE = 2;
/** … for this long. */
const CHALLENGE_MS = 700;
/** Time constant of the smoothing. */
const SMOOTHING_MS = 300;

/** Picks the seat to be shown large: the loudest, with hysteresis so that a cough doesn't change the picture. */
export class LoudestSpeaker {
  private readonly smoothed = new Map<string, number>();
  private speaker: string | null = null;
  private challenger: { userId: string; sinceMs: number } | null = null;
  private lastMs: number | null = null;

  /**
   * @param atMs monotonic ms, rising
   * @param levels root mean square per user, 0..1; users who aren't in the map have left
   * @returns user id of the speaker, null before anybody spoke
   */
  update(atMs: number, levels: Map<string, number>): string | null {
    const elapsed = this.lastMs === null ? 0 : atMs - this.lastMs;
    this.lastMs = atMs;
    const weight = 1 - Math.exp(-elapsed / SMOOTHING_MS);
    for (const userId of this.smoothed.keys()) if (!levels.has(userId)) this.smoothed.delete(userId);
    let loudest: { userId: string; level: number } | null = null;
    for (const [userId, level] of levels) {
      const before = this.smoothed.get(userId) ?? 0;
      const now = before + (level - before) * weight;
      this.smoothed.set(userId, now);
      if (now > SILENCE && (!loudest || now > loudest.level)) loudest = { userId, level: now };
    }
    if (this.speaker !== null && !levels.has(this.speaker)) this.speaker = null;
    this.challenge(atMs, loudest);
    return this.speaker;
  }

  private challenge(atMs: number, loudest: { userId: string; level: number } | null): void {
    if (this.speaker === null) {
      this.speaker = loudest?.userId ?? null;
      this.challenger = null;
      return;
    }
    const current = this.smoothed.get(this.speaker) ?? 0;
    if (!loudest || loudest.userId === this.speaker || loudest.level < current * ADVANTAGE) {
      this.challenger = null;
    } else if (this.challenger?.userId !== loudest.userId) {
      this.challenger = { userId: loudest.userId, sinceMs: atMs };
    } else if (atMs - this.challenger.sinceMs >= CHALLENGE_MS) {
      this.speaker = loudest.userId;
      this.challenger = null;
    }
  }
}
