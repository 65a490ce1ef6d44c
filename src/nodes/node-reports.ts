import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DomainError, EventBus, Log } from '../platform/common';
import type { NodeReport, NumberedSnapshot } from '../media/contract';
import { NodeControl } from './node-control';
import { NodeReported, NodeRestarted } from './nodes.events';
import { NodesRepository } from './nodes.repository';
import { newsOf, type ReportNews, toDomainEvent } from './report-events';

/** Takes in what media nodes report, in the order in which they made it, whichever process it comes to. */
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
   * Publishes what is new in the report, in order; without effect where a newer one was taken.
   * @throws DomainError node_id_taken
   */
  async take(nodeId: string, report: NodeReport): Promise<void> {
    // Another boot was taken between the question who the node is and the lock: ask again.
    while (!(await this.takeAfter(await this.requireOwnId(nodeId, report), nodeId, report)));
  }

  /** A snapshot that the node has given for the asking counts as a report. */
  async takeAnswer(nodeId: string, { bootId, seq, snapshot }: NumberedSnapshot): Promise<void> {
    await this.bus.transaction(this.db, async (tx) => {
      const node = await this.nodes.lock(tx, nodeId);
      if (node.bootId !== bootId || seq <= node.reportSeq) return;
      const order = await this.nodes.heard(tx, node, seq);
      this.bus.publish(new NodeReported(nodeId, order, snapshot));
    });
  }

  /** @returns false where the node's row no longer names this boot */
  private takeAfter(knownBoot: string, nodeId: string, report: NodeReport): Promise<boolean> {
    return this.bus.transaction(this.db, async (tx) => {
      const node = await this.nodes.lock(tx, nodeId);
      if (node.bootId !== knownBoot) return false;
      const news = newsOf(node, report);
      if (!news) return true;
      const order = await this.nodes.update(tx, node, report, news.lastSeq);
      if (news.restarted) this.announce(nodeId, order, report, news);
      for (const event of news.events) this.bus.publish(toDomainEvent(nodeId, order, event));
      this.bus.publish(new NodeReported(nodeId, order, report.snapshot));
      return true;
    });
  }

  /**
   * Of two boots that report, the one that answers at the node's address is the node; the other is a second process
   * under the same id, or a late report of a process that is gone.
   * @returns the boot that the node's row names; '': none yet
   * @throws DomainError node_id_taken
   */
  private async requireOwnId(nodeId: string, { bootId, controlUrl }: NodeReport): Promise<string> {
    const known = await this.nodes.find(nodeId);
    const knownBoot = known?.bootId ?? '';
    if (!known?.alive || knownBoot === '' || knownBoot === bootId) return knownBoot;
    if ((await this.control.bootIdOf(known)) === knownBoot) {
      this.log.error({ nodeId, controlUrl, heldBy: known.controlUrl }, 'two media nodes have one NODE_ID');
      throw new DomainError('node_id_taken', { nodeId });
    }
    return knownBoot;
  }

  private announce(
    nodeId: string,
    order: number,
    { bootId, mediaUrl, rtmpUrl }: NodeReport,
    { known }: ReportNews,
  ): void {
    this.log.info(
      { nodeId, bootId, mediaUrl, rtmpUrl },
      known ? 'media node restarted' : 'media node joined',
    );
    if (known) this.bus.publish(new NodeRestarted(nodeId, order));
  }
}
