import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DomainError, EventBus, Log } from '../platform/common';
import type { NodeReport } from '../media/contract';
import { NodeControl } from './node-control';
import { NodeReported, NodeRestarted } from './nodes.events';
import { NodesRepository } from './nodes.repository';
import { newsOf, type ReportNews, toDomainEvent } from './report-events';

/** Takes in what media nodes report. */
@Injectable()
export class NodeReports {
  private readonly log = new Log('nodes');

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly nodes: NodesRepository,
    private readonly control: NodeControl,
  ) {}

  /**
   * Publishes what is new in the report, in order.
   * @throws DomainError node_id_taken
   */
  async take(nodeId: string, report: NodeReport): Promise<void> {
    await this.requireOwnId(nodeId, report);
    await this.bus.transaction(this.db, async (tx) => {
      const node = await this.nodes.lock(tx, nodeId);
      const news = newsOf(node, report);
      await this.nodes.update(tx, nodeId, report, news.lastSeq);
      if (news.restarted) this.announce(nodeId, report, news);
      for (const event of news.events) this.bus.publish(toDomainEvent(nodeId, event));
      this.bus.publish(new NodeReported(nodeId, report.snapshot));
    });
  }

  /**
   * Two processes under one id would take turns at being it. Another boot at another address is the second one, as long
   * as the first answers.
   * @throws DomainError node_id_taken
   */
  private async requireOwnId(nodeId: string, { bootId, controlUrl }: NodeReport): Promise<void> {
    const known = await this.nodes.findAlive(nodeId);
    if (!known || known.bootId === '' || known.bootId === bootId || known.controlUrl === controlUrl) return;
    if ((await this.control.bootIdOf(known)) === known.bootId) {
      this.log.error({ nodeId, controlUrl, heldBy: known.controlUrl }, 'two media nodes have one NODE_ID');
      throw new DomainError('node_id_taken', { nodeId });
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
