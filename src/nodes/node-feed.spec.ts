import type { DataSource } from 'typeorm';
import { EventBus, setLogLevel } from '../platform/common';
import { type Call, NodeFeed } from './node-feed';
import { MediaChannelChanged, NodeLost, type NodeNews, NodeReported } from './nodes.events';

const report = (order: number, nodeId = 'n') =>
  new NodeReported(nodeId, order, { channels: [], conferences: [] });
const fact = (order: number) => new MediaChannelChanged('n', order, {} as MediaChannelChanged['channel']);

class Follower {
  readonly taken: NodeNews[][] = [];
  /** What follows from the next news. */
  calls: Call[] = [];
  readonly bus = new EventBus();
  /** What is applied now waits for this. */
  private release: () => void = () => undefined;
  private failing = 0;
  applied = 0;

  constructor() {
    const db = { transaction: (work: (tx: unknown) => unknown) => work({}) } as unknown as DataSource;
    const follows = (_: string, __: string, order: number) => Promise.resolve(order >= this.applied);
    new NodeFeed(db, this.bus, { follows }, { name: 'room', take: (_, news) => this.take(news) }).open();
  }

  failOnce(): void {
    this.failing = 1;
  }

  /** Resolves when so many have been begun. */
  async until(count: number): Promise<void> {
    while (this.taken.length < count) await new Promise(setImmediate);
  }

  go(): void {
    this.release();
  }

  private async take(news: NodeNews[]): Promise<Call[]> {
    this.taken.push(news);
    if (this.failing-- > 0) throw new Error('the database is away');
    await new Promise<void>((resolve) => (this.release = resolve));
    this.applied = news.at(-1)!.order;
    return this.calls;
  }
}

// One of them fails on purpose.
setLogLevel('silent');

describe('what is told of a node', () => {
  let follower: Follower;
  beforeEach(() => void (follower = new Follower()));
  const tell = (...news: NodeNews[]) => news.forEach((one) => follower.bus.publish(one));

  it('comes together where one report says it, in order', async () => {
    tell(fact(1), fact(1), report(1));
    await follower.until(1);
    expect(follower.taken).toEqual([[fact(1), fact(1), report(1)]]);
  });

  it('is the newest report alone where several wait, however many: nothing piles up and nothing is refused', async () => {
    tell(report(1));
    await follower.until(1);
    for (let order = 2; order <= 5000; order++) tell(fact(order), report(order));
    await new Promise(setImmediate);
    follower.go();
    await follower.until(2);
    expect(follower.taken[1]).toEqual([fact(5000), report(5000)]);
  });

  it('of one node doesn’t wait for another', async () => {
    tell(report(1), report(1, 'other'));
    await follower.until(2);
  });

  it('keeps a loss that was told before the newest report, and nothing from before the loss', async () => {
    tell(report(1));
    await follower.until(1);
    tell(report(2), new NodeLost('n', 3), report(4));
    await new Promise(setImmediate);
    follower.go();
    await follower.until(2);
    expect(follower.taken[1]).toEqual([new NodeLost('n', 3), report(4)]);
  });

  it('is not what another process has outdone', async () => {
    follower.applied = 7;
    tell(report(6));
    tell(report(8, 'other'));
    await follower.until(1);
    expect(follower.taken).toEqual([[report(8, 'other')]]);
  });

  it('is followed by calls of which a bounded number are on their way', async () => {
    const open: (() => void)[] = [];
    follower.calls = Array.from({ length: 100 }, () => () => new Promise((resolve) => open.push(resolve)));
    tell(report(1));
    await follower.until(1);
    follower.go();
    let made = 0;
    for (; made < 100; made++) {
      while (open.length === 0) await new Promise(setImmediate);
      expect(open.length).toBeLessThanOrEqual(32);
      open.shift()!();
    }
    expect(made).toBe(100);
  });

  it('is applied again where it was a loss and failed', async () => {
    follower.failOnce();
    tell(new NodeLost('n', 1));
    await follower.until(2);
    expect(follower.taken).toEqual([[new NodeLost('n', 1)], [new NodeLost('n', 1)]]);
  });
});
