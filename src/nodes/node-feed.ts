import type { DataSource, EntityManager } from 'typeorm';
import { type EventBus, Log } from '../platform/common';
import {
  MediaChannelChanged,
  MediaMemberChanged,
  NodeLost,
  type NodeNews,
  NodeReported,
  NodeRestarted,
} from './nodes.events';
import type { NodesFacade } from './nodes.facade';

/** After a failure, ms. */
const RETRY_MS = 1000;
/** Calls to one node that are on their way at a time: one that starts anew is told everything again. */
const CALLS_AT_ONCE = 32;

/** A call to a media node, which doesn't fail: the next report shows what is still to be done. */
export type Call = () => Promise<void>;

interface Follower {
  /** Name of the room. */
  name: string;
  /** Applies news of one order, and a loss before them. @returns calls that follow from it, made after the commit */
  take: (nodeId: string, news: NodeNews[], tx: EntityManager) => Promise<Call[]>;
}

/**
 * Brings what is told of the nodes to a room: of one node one report at a time, in the order of all processes. A report is
 * whole, so while one is applied, only the newest of the others waits: nothing is refused, and nothing piles up.
 */
export class NodeFeed {
  private readonly log: Log;
  private readonly waiting = new Map<string, NodeNews[]>();
  private readonly busy = new Set<string>();

  constructor(
    private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly nodes: Pick<NodesFacade, 'follows'>,
    private readonly follower: Follower,
  ) {
    this.log = new Log(follower.name);
  }

  /** Begins to listen. */
  open(): void {
    const types = [MediaChannelChanged, MediaMemberChanged, NodeReported, NodeLost, NodeRestarted];
    for (const type of types) this.bus.on<NodeNews>(type, (news) => this.put(news));
  }

  private put(news: NodeNews): void {
    const { nodeId } = news;
    this.waiting.set(nodeId, withNext(this.waiting.get(nodeId) ?? [], news));
    if (this.busy.has(nodeId)) return;
    this.busy.add(nodeId);
    // All that one report brings is here by then.
    setImmediate(() => void this.work(nodeId));
  }

  private async work(nodeId: string): Promise<void> {
    for (let news = this.next(nodeId); news; news = this.next(nodeId)) await this.apply(nodeId, news);
    this.busy.delete(nodeId);
  }

  private next(nodeId: string): NodeNews[] | undefined {
    const news = this.waiting.get(nodeId);
    this.waiting.delete(nodeId);
    return news;
  }

  private async apply(nodeId: string, news: NodeNews[]): Promise<void> {
    try {
      const calls = await this.bus.transaction(this.db, async (tx) => {
        const { name, take } = this.follower;
        return (await this.nodes.follows(name, nodeId, orderOf(news), tx)) ? take(nodeId, news, tx) : [];
      });
      await make(calls);
    } catch (error) {
      this.log.error({ err: error, nodeId }, 'a media node’s report was not taken in');
      // Reports come again by themselves.
      for (const lost of news.filter(isLoss)) setTimeout(() => this.put(lost), RETRY_MS).unref();
    }
  }
}

async function make(calls: Call[]): Promise<void> {
  const left = calls.values();
  const caller = async () => {
    for (const call of left) await call();
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, caller));
}

/** What waits, with what comes now: of several reports the newest, and a loss that came before it. */
function withNext(waiting: NodeNews[], news: NodeNews): NodeNews[] {
  const known = orderOf(waiting);
  if (news.order < known) return waiting;
  if (news.order === known) return [...waiting, news];
  return isLoss(news) ? [news] : [...waiting.filter(isLoss), news];
}

function isLoss(news: NodeNews): boolean {
  return news instanceof NodeLost;
}

function orderOf(news: NodeNews[]): number {
  return news.at(-1)?.order ?? 0;
}
