/** A player that is asked to report does so this often, ms. */
const REPORT_EVERY_MS = 15_000;
/** Of a larger audience so many report, by expectation: 200 reports in 15 s say enough, and cost 14 requests a second. */
const REPORTERS = 200;
/** The nodes' count of viewers may be this old when many come at once, ms. */
const WINDOW_MS = 15_000;
/** Channels that are counted in one window. */
const MAX_COUNTED = 10_000;

/**
 * Who of a channel's viewers is asked to report what they see: all of a small audience, of a large one a share, by chance.
 * When a show begins the nodes have counted nobody yet, so those who were given addresses in this window count as well. Each API
 * process counts its own.
 */
export class Reporters {
  private readonly given = new Map<string, number>();
  private windowEndsMs = 0;

  /** @param now ms, rising @param chance from 0 to below 1, evenly */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly chance: () => number = Math.random,
  ) {}

  /**
   * For one viewer who is given addresses now.
   * @param viewers of the channel, by its node
   * @returns PlaybackView.reportEveryMs
   */
  everyMs(channelId: string, viewers: number): number | null {
    const audience = Math.max(viewers, this.count(channelId));
    return this.chance() * audience < REPORTERS ? REPORT_EVERY_MS : null;
  }

  /** How many were given addresses in this window, this one included. */
  private count(channelId: string): number {
    const now = this.now();
    if (now >= this.windowEndsMs || this.given.size >= MAX_COUNTED) {
      this.given.clear();
      this.windowEndsMs = now + WINDOW_MS;
    }
    const count = (this.given.get(channelId) ?? 0) + 1;
    this.given.set(channelId, count);
    return count;
  }
}
