import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource } from 'typeorm';
import { type DomainEvent, EventBus, Log, SerialQueue } from '../../platform/common';
import type { ChannelSnapshot } from '../../media/contract';
import type { Channel } from '../channel.entity';
import { ChannelRepository } from '../channel.repository';
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
import { ChannelMoved, ChannelSettingsChanged, ChannelSourceChanged, PushAddressLost } from '../live.events';
import { MediaChannelChanged, NodeLost, NodeReported, NodeRestarted, NodesFacade } from '../../nodes';

/** Reports and events of one node that may wait for the database. */
const MAX_WAITING = 256;

/**
 * Reconciles the rows with what media nodes report, and the nodes with the rows: publishers that may not be there are
 * closed, and a host whose push stands by below the channel's host epoch is promoted. Level-triggered: the next report
 * makes up for everything lost or late.
 */
@Injectable()
export class ChannelSync implements OnModuleInit {
  private readonly log = new Log('live');
  /** Keeps the order of one node's facts, so that an older one can't overwrite a newer one. */
  private readonly queue = new SerialQueue(MAX_WAITING);
  private failed = 0;

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly channels: ChannelRepository,
    private readonly nodes: NodesFacade,
    private readonly bus: EventBus,
    private readonly settings: ChannelSettingsSync,
  ) {}

  onModuleInit(): void {
    this.bus.on(MediaChannelChanged, ({ nodeId, channel }) =>
      this.inOrder(nodeId, async () =>
        this.take(nodeId, channel, await this.channels.find(channel.channelId)),
      ),
    );
    this.bus.on(NodeReported, ({ nodeId, snapshot }) =>
      this.inOrder(nodeId, () => this.takeAll(nodeId, snapshot.channels)),
    );
    this.bus.on(ChannelSettingsChanged, async ({ channelId }) => {
      const row = await this.channels.find(channelId);
      if (row) await this.settings.ensure(row);
    });
    this.bus.on(NodeLost, ({ nodeId }) => this.inOrder(nodeId, () => this.leave(nodeId)));
    // A node that has started anew carries nothing.
    this.bus.on(NodeRestarted, ({ nodeId }) => this.inOrder(nodeId, () => this.takeAll(nodeId, [])));
  }

  /** Facts beyond the queue's limit are dropped: the database hangs, and a later report repeats them all. */
  private inOrder(nodeId: string, work: () => Promise<void>): Promise<void> {
    return this.queue.run(nodeId, work).catch((error: unknown) => {
      this.failed += 1;
      this.log.error({ err: error, nodeId, failed: this.failed }, 'facts of a media node were not taken in');
    });
  }

  /** The whole of what one node carries. */
  private async takeAll(nodeId: string, snapshots: ChannelSnapshot[]): Promise<void> {
    const rows = new Map((await this.channels.onNode(nodeId)).map((row) => [row.id, row]));
    for (const snapshot of snapshots) {
      await this.take(
        nodeId,
        snapshot,
        rows.get(snapshot.channelId) ?? (await this.channels.find(snapshot.channelId)),
      );
      rows.delete(snapshot.channelId);
    }
    for (const row of rows.values()) await this.apply(nodeId, row, nothingObserved(row));
  }

  private async take(nodeId: string, snapshot: ChannelSnapshot, row: Channel | null): Promise<void> {
    if (row?.nodeId !== nodeId && !(await this.follow(nodeId, snapshot, row))) {
      // Doors that it remembers keep a publisher out, perhaps for no reason any more.
      if (row && snapshot.publishers.length === 0)
        await this.settings.ensure({ ...row, nodeId }, snapshot.settings);
      return this.evict(nodeId, snapshot);
    }
    if (!row) return;
    await this.apply(nodeId, row, observationOf(snapshot, row));
    await this.settings.ensure(row, snapshot.settings);
    if (isHostBehind(snapshot, row.hostEpoch)) {
      await this.tell(row.id, () => this.nodes.promote(nodeId, row.id, 'host', row.hostEpoch));
    }
  }

  /** The node is lost: its channels are off the air and free for another node, and their hosts get another address. */
  private async leave(nodeId: string): Promise<void> {
    for (const row of await this.channels.onNode(nodeId)) {
      await this.bus.transaction(this.db, async (tx) => {
        const locked = await this.channels.lock(tx, row.id);
        if (locked?.nodeId !== nodeId) return;
        const seen = nothingObserved(locked);
        await this.channels.update(row.id, { ...seen, nodeId: null }, tx);
        for (const event of eventsOf(row.id, locked, seen)) this.publish(event);
        this.bus.publish(new ChannelMoved(row.id));
        if (locked.hostPublishing) this.bus.publish(new PushAddressLost(row.id, locked.ownerId));
      });
    }
  }

  /** A channel that is live nowhere goes to the node where somebody publishes to it. @returns whether it is there now */
  private async follow(nodeId: string, snapshot: ChannelSnapshot, row: Channel | null): Promise<boolean> {
    if (!row || snapshot.publishers.length === 0 || isLive(row)) return false;
    if (!(await this.channels.moveToNode(row.id, row.nodeId, nodeId))) return false;
    row.nodeId = nodeId;
    return true;
  }

  /** Writes what was observed, and says so if it is something new. */
  private async apply(nodeId: string, row: Channel, seen: Observation): Promise<void> {
    if (isSame(row, seen)) return;
    await this.bus.transaction(this.db, async (tx) => {
      const locked = await this.channels.lock(tx, row.id);
      if (locked?.nodeId !== nodeId) return;
      await this.channels.update(row.id, seen, tx);
      for (const event of eventsOf(row.id, locked, seen)) this.publish(event);
    });
  }

  /** Closes publishers whom nobody can see here: the channel was deleted, or moved to another node. */
  private async evict(nodeId: string, { channelId, publishers }: ChannelSnapshot): Promise<void> {
    for (const role of new Set(publishers.map((publisher) => publisher.role))) {
      this.log.info({ nodeId, channelId, role }, 'closing a publisher whose channel is not on this node');
      await this.tell(channelId, () => this.nodes.disconnectPublishers(nodeId, channelId, role));
    }
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
