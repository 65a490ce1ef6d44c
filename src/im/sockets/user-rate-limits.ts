import { RateLimit } from './rate-limit';

export interface UserLimits {
  /** Of everything the user sends, and of chat messages alone. */
  commands: RateLimit;
  messages: RateLimit;
  /** Of batches of likes, one a second. */
  likes: RateLimit;
}

interface Entry extends UserLimits {
  usedAtMs: number;
}

/** Longest window of a limit, ms. A user who was quiet for longer has no calls left to count. */
const WINDOW_MS = 5_000;

/** Limits by user, over all their connections to this process: more tabs, or a new connection, give no more. */
export class UserRateLimits {
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  of(userId: string): UserLimits {
    const usedAtMs = this.now();
    this.forgetQuiet(usedAtMs);
    const entry = this.entries.get(userId) ?? {
      commands: new RateLimit(50, WINDOW_MS, this.now),
      messages: new RateLimit(10, WINDOW_MS, this.now),
      likes: new RateLimit(5, WINDOW_MS, this.now),
      usedAtMs,
    };
    entry.usedAtMs = usedAtMs;
    this.entries.delete(userId);
    this.entries.set(userId, entry);
    return entry;
  }

  get size(): number {
    return this.entries.size;
  }

  private forgetQuiet(now: number): void {
    for (const [userId, { usedAtMs }] of this.entries) {
      if (usedAtMs > now - WINDOW_MS) return;
      this.entries.delete(userId);
    }
  }
}
