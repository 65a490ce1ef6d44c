import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type DomainEvent, EventBus, Log } from '../../platform/common';
import type { ChannelSnapshot } from '../../media/contract';
import { type Call, NodeFeed, NodeLost, type NodeNews, NodesFacade } from '../../nodes';
import { type CarriedChannel, ChannelRepository } from '../channel.repository';
import { ChannelMoved, ChannelSettingsChanged, ChannelSourceChanged, PushAddressLost } from '../live.events';
import {
  eventsOf,
  isHostBehind,
  isLive,
  isSame,
  nothingObserved,
  type Observation,
  observationOf,
} from './channel-observation';
import { ChannelSettingsSync } from './channel-settings-sync';
import { channelNewsOf } from './channel-news';

/** A channel that a node carries, and what it has just said of it, in order; null: it is not there. */
interface Told {
  row: CarriedChannel;
  states: (ChannelSnapshot | null)[];
}

/**
 * Reconciles the rows with what media nodes report, and the nodes with the rows: publishers that may not be there are
 * closed, and a host whose push stands by below the channel's host epoch is promoted. Level-triggered: the next report
 * makes up for everything lost or late. A report costs one look at the rows that it concerns, and one write of those that
 * differ.
 */
@Injectable()
export class ChannelSync implements OnModuleInit {
  private readonly log = new Log('live');

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly channels: ChannelRepository,
    private readonly nodes: NodesFacade,
    private readonly bus: EventBus,
    private readonly settings: ChannelSettingsSync,
  ) {}

  onModuleInit(): void {
    const take = (nodeId: string, news: NodeNews[], tx: EntityManager) => this.take(nodeId, news, tx);
    new NodeFeed(this.db, this.bus, this.nodes, { name: 'live', take }).open();
    this.bus.on(ChannelSettingsChanged, async ({ channelId }) => {
      const row = await this.channels.find(channelId);
      if (row) await this.settings.ensure(row);
    });
  }

  private async take(nodeId: string, news: NodeNews[], tx: EntityManager): Promise<Call[]> {
    if (news.some((one) => one instanceof NodeLost)) await this.leave(nodeId, tx);
    const { states, whole } = channelNewsOf(news);
    if (states.size === 0 && !whole) return [];
    const rows = new Map(
      (await this.channels.carried(nodeId, [...states.keys()], whole, tx)).map((row) => [row.id, row]),
    );
    const calls: Call[] = [];
    const told: Told[] = [];
    for (const [channelId, own] of states) {
      const row = rows.get(channelId);
      const last = own.at(-1) ?? null;
      if (row && (row.nodeId === nodeId || (await this.follow(nodeId, last, row)))) {
        told.push({ row, states: own });
        calls.push(...this.callsFor(nodeId, row, last));
      } else if (last) calls.push(...this.evictions(nodeId, last), ...this.doorsFor(nodeId, row, last));
    }
    // Live there by an earlier report, and not by this one.
    for (const row of rows.values()) if (!states.has(row.id)) told.push({ row, states: [null] });
    await this.write(nodeId, told, tx);
    return calls;
  }

  /** Writes what is new, and says what follows from it. */
  private async write(nodeId: string, told: Told[], tx: EntityManager): Promise<void> {
    const changes = told.map(({ row, states }) => changeOf(row, states));
    const differing = changes.filter(({ row, seen }) => !isSame(row, seen));
    const written = await this.channels.observe(
      nodeId,
      differing.map(({ row: { id }, seen }) => ({ id, ...seen })),
      tx,
    );
    for (const { row, seen, events } of changes) {
      if (isSame(row, seen) || written.has(row.id)) events.forEach((event) => this.publish(event));
    }
  }

  /**
   * The node is lost: its channels are off the air and free for another node. Their hosts get another address, those too who
   * have one and don't push yet.
   */
  private async leave(nodeId: string, tx: EntityManager): Promise<void> {
    for (const row of await this.channels.carried(nodeId, [], true, tx)) {
      for (const event of eventsOf(row.id, row, nothingObserved(row))) this.publish(event);
    }
    for (const { id, kind, ownerId } of await this.channels.free(nodeId, tx)) {
      this.bus.publish(new ChannelMoved(id));
      if (kind === 'host') this.bus.publish(new PushAddressLost(id, ownerId));
    }
  }

  /** A channel that is live nowhere goes to the node where somebody publishes to it. @returns whether it is there now */
  private async follow(
    nodeId: string,
    snapshot: ChannelSnapshot | null,
    row: CarriedChannel,
  ): Promise<boolean> {
    if (!snapshot?.publishers.length || isLive(row)) return false;
    if (!(await this.channels.moveToNode(row.id, row.nodeId, nodeId))) return false;
    row.nodeId = nodeId;
    return true;
  }

  /** What the node has otherwise than it is wanted. */
  private callsFor(nodeId: string, row: CarriedChannel, snapshot: ChannelSnapshot | null): Call[] {
    if (!snapshot) return [];
    const calls = [() => this.settings.ensure(row, snapshot.settings)];
    if (isHostBehind(snapshot, row.hostEpoch)) {
      const { id, hostEpoch } = row;
      calls.push(() => this.tell(id, () => this.nodes.promote(nodeId, id, 'host', hostEpoch)));
    }
    return calls;
  }

  /**
   * Doors that a node remembers keep a publisher out, perhaps for no reason any more. It is not told where the channel is
   * relayed to: the address has a key in it, which is for the node that carries the channel.
   */
  private doorsFor(nodeId: string, row: CarriedChannel | undefined, snapshot: ChannelSnapshot): Call[] {
    if (!row || snapshot.publishers.length > 0) return [];
    return [() => this.settings.ensure({ ...row, nodeId }, snapshot.settings, null)];
  }

  /** Close publishers whom nobody can see here: the channel was deleted, or moved to another node. */
  private evictions(nodeId: string, { channelId, publishers }: ChannelSnapshot): Call[] {
    return [...new Set(publishers.map(({ role }) => role))].map((role) => () => {
      this.log.info({ nodeId, channelId, role }, 'closing a publisher whose channel is not on this node');
      return this.tell(channelId, () => this.nodes.disconnectPublishers(nodeId, channelId, role));
    });
  }

  private publish(event: DomainEvent): void {
    this.bus.publish(event);
    if (!(event instanceof ChannelSourceChanged)) return;
    const { channelId, source, epoch } = event;
    this.log.info({ channelId, source, epoch }, 'source changed');
  }

  /** A call to the node. If it fails, the node's next report repeats it; the facts behind it must not wait. */
  private async tell(channelId: string, call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.log.warn({ err: error, channelId }, 'a media node could not be told');
    }
  }
}

/** What the row is to say after these states, and what happened on the way there. */
function changeOf(row: CarriedChannel, states: Told['states']) {
  const events: DomainEvent[] = [];
  let before: Observation = row;
  for (const state of states) {
    const seen = state ? observationOf(state, before) : nothingObserved(before);
    events.push(...eventsOf(row.id, before, seen));
    before = seen;
  }
  return { row, seen: before, events };
}
