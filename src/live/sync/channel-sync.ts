import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { type DataSource } from 'typeorm';
import { EventBus, Log, SerialQueue } from '../platform/common';
import type { ChannelSnapshot } from '../media/contract';
import type { Channel } from './channel.entity';
import { ChannelRepository } from './channel.repository';
import { ChannelSettingsKeeper } from './channel-settings';
import {
  ChannelRelayChanged,
  ChannelSettingsChanged,
  ChannelSourceChanged,
  HostPublishChanged,
  MixPublishChanged,
} from './live.events';
import { MediaChannelChanged, NodeLost, NodeReported, NodeRestarted, NodesFacade } from '../nodes';

/** What a node's report says of one channel, in the row's terms. */
type Observed = Pick<
  Channel,
  'source' | 'sourceEpoch' | 'hostPublishing' | 'mixEpochs' | 'viewers' | 'hostVideo' | 'relayStatus'
>;

const NO_RELAY = { state: 'idle', reason: null } as const;

/** Reports and events of one node that may wait for the database. */
const MAX_WAITING = 256;

/**
 * Keeps the rows right by what media nodes report. Level-triggered: whatever was lost or came late, the next report
 * mends it, in both directions (publishers that may not be there are closed, a host who should be on the air and
 * stands by below his epoch is promoted).
 */
@Injectable()
export class ChannelSync implements OnModuleInit {
  private readonly log = new Log('live');
  /** One node's facts have an order; without this an older one could overwrite a newer. */
  private readonly queue = new SerialQueue(MAX_WAITING);
  private failed = 0;

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly channels: ChannelRepository,
    private readonly nodes: NodesFacade,
    private readonly bus: EventBus,
    private readonly settings: ChannelSettingsKeeper,
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
    // A node that is gone, or has started anew, carries nothing.
    this.bus.on(NodeLost, ({ nodeId }) => this.inOrder(nodeId, () => this.takeAll(nodeId, [])));
    this.bus.on(NodeRestarted, ({ nodeId }) => this.inOrder(nodeId, () => this.takeAll(nodeId, [])));
  }

  /** Facts that find no place any more are dropped: the database hangs, and a later report says it all again. */
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
      await this.take(nodeId, snapshot, rows.get(snapshot.channelId) ?? null);
      rows.delete(snapshot.channelId);
    }
    for (const row of rows.values()) await this.apply(nodeId, row, nothingOn(row));
  }

  private async take(nodeId: string, snapshot: ChannelSnapshot, row: Channel | null): Promise<void> {
    if (row?.nodeId !== nodeId) return this.evict(nodeId, snapshot);
    await this.apply(nodeId, row, observe(snapshot, row));
    await this.settings.ensure(row, snapshot.settings);
    await this.promoteHost(nodeId, snapshot, row);
  }

  /** Writes what was observed, and says so if it is something new. */
  private async apply(nodeId: string, row: Channel, seen: Observed): Promise<void> {
    if (isSame(row, seen)) return;
    await this.bus.transaction(this.db, async (tx) => {
      const locked = await this.channels.lock(tx, row.id);
      if (locked?.nodeId !== nodeId) return;
      await this.channels.update(row.id, seen, tx);
      if (locked.source !== seen.source || locked.sourceEpoch !== seen.sourceEpoch) {
        this.bus.publish(new ChannelSourceChanged(row.id, seen.source, seen.sourceEpoch, locked.source));
        this.log.info({ channelId: row.id, source: seen.source, epoch: seen.sourceEpoch }, 'source changed');
      }
      if (locked.hostPublishing !== seen.hostPublishing) {
        this.bus.publish(new HostPublishChanged(row.id, seen.hostPublishing));
      }
      if (locked.mixEpochs.join() !== seen.mixEpochs.join()) {
        this.bus.publish(new MixPublishChanged(row.id, seen.mixEpochs));
      }
      const { state, reason } = seen.relayStatus ?? NO_RELAY;
      const before = locked.relayStatus ?? NO_RELAY;
      if (before.state !== state || before.reason !== reason) {
        this.bus.publish(new ChannelRelayChanged(row.id, state, reason));
      }
    });
  }

  /** Someone publishes where nobody can see it: the channel was deleted, or moved to another node. */
  private async evict(nodeId: string, { channelId, publishers }: ChannelSnapshot): Promise<void> {
    for (const role of new Set(publishers.map((publisher) => publisher.role))) {
      this.log.info({ nodeId, channelId, role }, 'closing a publisher whose channel is not on this node');
      await this.tell(channelId, () => this.nodes.disconnectPublishers(nodeId, channelId, role));
    }
  }

  /** The host came with an older key (encoders keep theirs), or a promotion did not reach the node. */
  private async promoteHost(nodeId: string, { publishers }: ChannelSnapshot, row: Channel): Promise<void> {
    const behind = publishers.some(({ role, epoch }) => role === 'host' && epoch < row.hostEpoch);
    if (behind) await this.tell(row.id, () => this.nodes.promote(nodeId, row.id, 'host', row.hostEpoch));
  }

  /** A call to the node; one that fails is repeated by its next report and must not stop the facts behind it. */
  private async tell(channelId: string, call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.log.warn({ err: error, channelId }, 'a media node could not be told');
    }
  }
}

function observe(snapshot: ChannelSnapshot, row: Channel): Observed {
  return {
    source: snapshot.source,
    sourceEpoch: snapshot.epoch,
    hostPublishing: snapshot.publishers.some(({ role }) => role === 'host'),
    mixEpochs: mixEpochs(snapshot),
    viewers: snapshot.viewers,
    hostVideo: snapshot.source === 'host' && snapshot.video ? snapshot.video : row.hostVideo,
    relayStatus: snapshot.relay,
  };
}

function mixEpochs({ publishers }: ChannelSnapshot): number[] {
  const epochs = publishers.filter(({ role }) => role === 'mix').map(({ epoch }) => epoch);
  return [...new Set(epochs)].sort((a, b) => a - b);
}

function nothingOn({ hostVideo }: Channel): Observed {
  return {
    source: 'none',
    sourceEpoch: 0,
    hostPublishing: false,
    mixEpochs: [],
    viewers: 0,
    hostVideo,
    relayStatus: null,
  };
}

function isSame(row: Channel, seen: Observed): boolean {
  return (
    row.source === seen.source &&
    row.sourceEpoch === seen.sourceEpoch &&
    row.hostPublishing === seen.hostPublishing &&
    row.mixEpochs.join() === seen.mixEpochs.join() &&
    row.viewers === seen.viewers &&
    row.hostVideo?.width === seen.hostVideo?.width &&
    row.hostVideo?.height === seen.hostVideo?.height &&
    row.hostVideo?.fps === seen.hostVideo?.fps &&
    isDeepStrictEqual(row.relayStatus, seen.relayStatus)
  );
}
