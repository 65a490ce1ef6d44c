/**
 * News of many subjects, told of each at most once in a period: the first at once, and what comes meanwhile together when
 * the period is over. The last is never lost.
 */
export class Digest<News> {
  private readonly resting = new Map<string, { news: News | undefined; timer: NodeJS.Timeout }>();

  /** @param tell must not throw or reject */
  constructor(
    private readonly periodMs: number,
    private readonly tell: (subject: string, news: News) => void | Promise<void>,
  ) {}

  /** @param merge what is to be told together with what waits; undefined: nothing waits */
  add(subject: string, merge: (waiting: News | undefined) => News): void {
    const rest = this.resting.get(subject);
    if (rest) rest.news = merge(rest.news);
    else void this.say(subject, merge(undefined));
  }

  /** Tells what waits. Nothing is told later. */
  async close(): Promise<void> {
    const waiting = [...this.resting];
    this.resting.clear();
    for (const [, { timer }] of waiting) clearTimeout(timer);
    for (const [subject, { news }] of waiting) if (news !== undefined) await this.tell(subject, news);
  }

  private say(subject: string, news: News): void | Promise<void> {
    const timer = setTimeout(() => this.rested(subject), this.periodMs);
    this.resting.set(subject, { news: undefined, timer });
    return this.tell(subject, news);
  }

  private rested(subject: string): void {
    const news = this.resting.get(subject)?.news;
    this.resting.delete(subject);
    if (news !== undefined) void this.say(subject, news);
  }
}
