import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { bearerOf, Signer } from '../auth';
import { DomainError, EventBus, Log } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import type { NodeReport } from '../media/contract';
import { NodeLost, NodeReported, NodeRestarted } from './nodes.events';
import { NodesRepository, SILENCE_MS } from './nodes.repository';
import { newsOf, type ReportNews, toDomainEvent } from './report-events';

const SWEEP_MS = 1_000;

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

  /** Nodes could not report while this process was down: they get the full time after its start. */
  onApplicationBootstrap(): void {
    // In another role's process the events would reach nobody.
    if (this.config.ROLE !== 'all' && this.config.ROLE !== 'api') return;
    this.timer = setTimeout(() => {
      this.timer = setInterval(() => void this.sweep(), SWEEP_MS);
    }, SILENCE_MS);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    clearInterval(this.timer);
  }

  /**
   * Publishes what is new in the report, in order.
   * @param authorization header of the request: a bearer token of kind `node`
   * @throws DomainError token_missing, token_invalid
   */
  async take(nodeId: string, authorization: string | undefined, report: NodeReport): Promise<void> {
    const grant = await this.signer.verify('node', bearerOf(authorization));
    if (grant?.nodeId !== nodeId) throw new DomainError('token_invalid');
    await this.bus.transaction(this.db, async (tx) => {
      const node = await this.nodes.lock(tx, nodeId);
      const news = newsOf(node, report);
      await this.nodes.update(tx, nodeId, report, news.lastSeq);
      if (news.restarted) this.announce(nodeId, report, news);
      for (const event of news.events) this.bus.publish(toDomainEvent(nodeId, event));
      this.bus.publish(new NodeReported(nodeId, report.snapshot));
    });
  }

  /** Publishes NodeLost for nodes that are silent for SILENCE_MS, once each. */
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

  private announce(nodeId: string, { bootId, mediaUrl, rtmpUrl }: NodeReport, { known }: ReportNews): void {
    this.log.info(
      { nodeId, bootId, mediaUrl, rtmpUrl },
      known ? 'media node restarted' : 'media node joined',
    );
    if (known) this.bus.publish(new NodeRestarted(nodeId));
  }
}
