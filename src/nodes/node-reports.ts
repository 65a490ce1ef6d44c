import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Signer } from '../auth';
import { DomainError, type DomainEvent, EventBus, Log } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import type { NodeEvent, NodeReport } from '../media/contract';
import {
  MediaChannelChanged,
  MediaMemberChanged,
  NodeLost,
  NodeReported,
  NodeRestarted,
} from './nodes.events';
import { NodesRepository, SILENCE_MS } from './nodes.repository';

const sweepEveryMs = 1_000;

/** Takes in what media nodes report, and notices when one falls silent. */
@Injectable()
export class NodeReports implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log('nodes');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly signer: Signer,
    private readonly nodes: NodesRepository,
  ) {}

  /** While we were away nobody could report: nodes have the full time after our start. */
  onApplicationBootstrap(): void {
    // In another role's process the news would reach nobody.
    if (this.config.ROLE !== 'all' && this.config.ROLE !== 'api') return;
    this.timer = setTimeout(() => {
      this.timer = setInterval(() => void this.sweep(), sweepEveryMs);
    }, SILENCE_MS);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    clearInterval(this.timer);
  }

  /**
   * Publishes what is new in the report: events once and in order, whatever was resent.
   * @param authorization header of the request: a bearer token of kind `node`
   * @throws DomainError token_invalid
   */
  async take(nodeId: string, authorization: string, report: NodeReport): Promise<void> {
    const grant = await this.signer.verify('node', authorization.replace(/^Bearer /i, ''));
    if (grant?.nodeId !== nodeId) throw new DomainError('token_invalid');
    await this.bus.transaction(this.db, async (tx) => {
      const node = await this.nodes.lock(tx, nodeId);
      const restarted = node.bootId !== report.bootId;
      const seen = restarted ? 0 : node.lastSeq;
      const news = report.events.filter(({ seq }) => seq > seen);
      await this.nodes.update(tx, nodeId, report, news.at(-1)?.seq ?? seen);
      if (restarted) this.announce(nodeId, report, node.bootId !== '');
      for (const { event } of news) this.bus.publish(toDomainEvent(nodeId, event));
      this.bus.publish(new NodeReported(nodeId, report.snapshot));
    });
  }

  /** Tells of nodes that are silent for SILENCE_MS, each once. */
  async sweep(): Promise<void> {
    try {
      for (const nodeId of await this.nodes.takeSilent()) {
        this.log.warn({ nodeId }, 'media node lost');
        this.bus.publish(new NodeLost(nodeId));
      }
    } catch (err) {
      this.log.error({ err }, 'looking for silent media nodes failed');
    }
  }

  private announce(nodeId: string, { bootId, mediaUrl, rtmpUrl }: NodeReport, known: boolean): void {
    this.log.info(
      { nodeId, bootId, mediaUrl, rtmpUrl },
      known ? 'media node restarted' : 'media node joined',
    );
    if (known) this.bus.publish(new NodeRestarted(nodeId));
  }
}

function toDomainEvent(nodeId: string, event: NodeEvent): DomainEvent {
  switch (event.type) {
    case 'channel': {
      const { channelId, source, epoch, publishers, viewers, video, settings, relay } = event;
      const channel = { channelId, source, epoch, publishers, viewers, video, settings, relay };
      return new MediaChannelChanged(nodeId, channel);
    }
    case 'member': {
      const { conferenceId, memberId, userId, connected, audio, video } = event;
      return new MediaMemberChanged(nodeId, conferenceId, memberId, userId, connected, audio, video);
    }
  }
}
