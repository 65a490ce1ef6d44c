import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, MoreThan, type Repository } from 'typeorm';
import { METRICS, type Metric, type HasMetrics } from '../platform/common';
import type { NodeReport } from '../media/contract';
import { MediaNode } from './media-node.entity';

/** A node that has not reported for this long counts as lost. */
export const SILENCE_MS = 6_000;

const heard = `last_seen_at > now() - interval '${SILENCE_MS} milliseconds'`;

/** Time is the database's. */
@Injectable()
export class NodesRepository implements HasMetrics {
  private readonly nodes: Repository<MediaNode>;

  constructor(@InjectDataSource() db: DataSource) {
    this.nodes = db.getRepository(MediaNode);
  }

  /** In the order of their names. @param after only names behind this one */
  list(limit: number, after: string | undefined): Promise<MediaNode[]> {
    const where = after === undefined ? {} : { id: MoreThan(after) };
    return this.nodes.find({ where, order: { id: 'ASC' }, take: limit });
  }

  /** null where the node is unknown or not alive. */
  findAlive(id: string): Promise<MediaNode | null> {
    return this.nodes.createQueryBuilder().where('id = :id', { id }).andWhere(`alive AND ${heard}`).getOne();
  }

  leastLoaded(): Promise<MediaNode | null> {
    return this.nodes
      .createQueryBuilder()
      .where(`alive AND ${heard}`)
      .orderBy('load + 0.02 * conferences', 'ASC')
      .addOrderBy('id', 'ASC')
      .limit(1)
      .getOne();
  }

  /** The node's row, inserted where it is new, locked until the end of the transaction. */
  async lock(tx: EntityManager, id: string): Promise<MediaNode> {
    await tx.createQueryBuilder().insert().into(MediaNode).values({ id }).orIgnore().execute();
    return tx.findOneOrFail(MediaNode, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async update(tx: EntityManager, id: string, report: NodeReport, lastSeq: number): Promise<void> {
    const { bootId, mediaUrl, rtmpUrl, controlUrl, rtmpPort, load, snapshot } = report;
    await tx.update(MediaNode, id, {
      bootId,
      lastSeq,
      mediaUrl,
      rtmpUrl,
      controlUrl,
      rtmpPort,
      load,
      channels: snapshot.channels.length,
      conferences: snapshot.conferences.length,
      viewers: snapshot.channels.reduce((sum, channel) => sum + channel.viewers, 0),
      alive: true,
      lastSeenAt: () => 'now()',
    });
  }

  /** Of the nodes that are alive, as they reported last. */
  async [METRICS](): Promise<Metric[]> {
    const nodes = await this.nodes.createQueryBuilder().where(`alive AND ${heard}`).getMany();
    const each = (name: string, help: string, of: (node: MediaNode) => number): Metric => ({
      name: `lianmai_media_node_${name}`,
      help,
      type: 'gauge',
      values: nodes.map((node) => ({ labels: { node: node.id }, value: of(node) })),
    });
    return [
      each('viewers', 'Viewers of all channels of a media node.', (node) => node.viewers),
      each('channels', 'Channels on a media node.', (node) => node.channels),
      each('conferences', 'Conferences on a media node.', (node) => node.conferences),
      each('load', 'Share of a media node’s event loop in use, 0 to 1.', (node) => node.load),
    ];
  }

  /** The node counts as silent until it reports again. */
  async silence(id: string): Promise<void> {
    await this.nodes.update(id, { lastSeenAt: () => "'epoch'" });
  }

  /** Marks nodes that fell silent. @returns their ids; of any number of callers one gets each */
  async takeSilent(): Promise<string[]> {
    const result = await this.nodes
      .createQueryBuilder()
      .update()
      .set({ alive: false })
      .where(`alive AND NOT (${heard})`)
      .returning('id')
      .execute();
    return (result.raw as { id: string }[]).map((row) => row.id);
  }
}
