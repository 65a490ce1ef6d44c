import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, MoreThan, type Repository } from 'typeorm';
import {
  type Alarm,
  METRICS,
  type Metric,
  type HasMetrics,
  type HasOverview,
  OVERVIEW,
  type OverviewPart,
} from '../platform/common';
import type { NodeReport } from '../media/contract';
import { MediaNode } from './media-node.entity';
import { SILENCE_MS } from './node-loss';
import { nodeLoadView } from './nodes.view';

const heard = `last_seen_at > now() - interval '${SILENCE_MS} milliseconds'`;

export interface SilentNode {
  id: string;
  controlUrl: string;
  /** Since its last report. */
  silentMs: number;
}

/** Time is the database's. A node is `alive` until it is decided that it is lost (NodeLossWatch). */
@Injectable()
export class NodesRepository implements HasMetrics, HasOverview {
  private readonly nodes: Repository<MediaNode>;

  constructor(@InjectDataSource() db: DataSource) {
    this.nodes = db.getRepository(MediaNode);
  }

  /** In the order of their names. @param after only names behind this one */
  list(limit: number, after: string | undefined): Promise<MediaNode[]> {
    const where = after === undefined ? {} : { id: MoreThan(after) };
    return this.nodes.find({ where, order: { id: 'ASC' }, take: limit });
  }

  all(): Promise<MediaNode[]> {
    return this.nodes.find();
  }

  /** null where the node is unknown. */
  find(id: string): Promise<MediaNode | null> {
    return this.nodes.findOneBy({ id });
  }

  /** null where the node is unknown or lost. */
  findAlive(id: string): Promise<MediaNode | null> {
    return this.nodes.findOneBy({ id, alive: true });
  }

  /** For something new: of those that were heard lately. */
  leastLoaded(): Promise<MediaNode | null> {
    return this.nodes
      .createQueryBuilder()
      .where(`alive AND ${heard}`)
      .orderBy('load + 0.02 * conferences', 'ASC')
      .addOrderBy('id', 'ASC')
      .limit(1)
      .getOne();
  }

  /** Of any number of equal calls one is taken, and none that is older. @param sentAt by the node's clock */
  async takeCall(id: string, sentAt: Date): Promise<boolean> {
    const rows: unknown[] = await this.nodes.query(
      `INSERT INTO media_nodes (id, last_sent_at) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET last_sent_at = $2
         WHERE media_nodes.last_sent_at IS NULL OR media_nodes.last_sent_at < $2
       RETURNING 1`,
      [id, sentAt],
    );
    return rows.length === 1;
  }

  /** The node's row, inserted where it is new, locked until the end of the transaction. */
  async lock(tx: EntityManager, id: string): Promise<MediaNode> {
    await tx.createQueryBuilder().insert().into(MediaNode).values({ id }).orIgnore().execute();
    return tx.findOneOrFail(MediaNode, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Of the locked row. @returns the report's order */
  async update(tx: EntityManager, node: MediaNode, report: NodeReport, lastSeq: number): Promise<number> {
    const { bootId, seq, mediaUrl, rtmpUrl, controlUrl, rtmpPort, load, snapshot } = report;
    const told = node.told + 1;
    await tx.update(MediaNode, node.id, {
      bootId,
      reportSeq: seq,
      told,
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
    return told;
  }

  /**
   * A room is about to apply what was told of a node; until the end of the transaction it waits in all other processes.
   * @returns false where it has applied something newer
   */
  async follows(follower: string, nodeId: string, order: number, tx: EntityManager): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `INSERT INTO node_followers (node_id, follower, told) VALUES ($1, $2, $3)
       ON CONFLICT (node_id, follower) DO UPDATE SET told = excluded.told
       WHERE node_followers.told <= excluded.told RETURNING 1`,
      [nodeId, follower, order],
    );
    return rows.length > 0;
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

  /** A node that has been away for a day was taken away. */
  async [OVERVIEW](): Promise<OverviewPart> {
    const nodes = await this.nodes
      .createQueryBuilder()
      .where(`boot_id <> '' AND (alive OR last_seen_at > now() - interval '1 day')`)
      .orderBy('id')
      .getMany();
    const lost = nodes.filter(({ alive }) => !alive);
    return { nodes: nodes.map(nodeLoadView), alarms: lost.map(lossAlarm) };
  }

  /** The node counts as silent until it reports again. */
  async silence(id: string): Promise<void> {
    await this.nodes.update(id, { lastSeenAt: () => "'epoch'" });
  }

  /** Those that are not lost, and have not been heard lately. */
  async silent(): Promise<{ silent: SilentNode[]; hearsOthers: boolean }> {
    const rows: (SilentNode & { heard: boolean })[] = await this.nodes.query(
      `SELECT id, control_url AS "controlUrl", ${heard} AS heard,
              (extract(epoch FROM now() - last_seen_at) * 1000)::float AS "silentMs"
       FROM media_nodes WHERE alive`,
    );
    return { silent: rows.filter((row) => !row.heard), hearsOthers: rows.some((row) => row.heard) };
  }

  /** Decides that a silent node is lost. @returns the decision's order; null: it has been heard by now, or was lost already */
  async lose(id: string): Promise<number | null> {
    const done = await this.nodes
      .createQueryBuilder()
      .update()
      .set({ alive: false, told: () => 'told + 1' })
      .where(`id = :id AND alive AND NOT (${heard})`, { id })
      .returning('told')
      .execute();
    const [row] = done.raw as { told: string }[];
    return row ? Number(row.told) : null;
  }

  /** It was reached in another way than by its report. Of the locked row. @returns the order of what it said */
  async heard(tx: EntityManager, node: MediaNode, reportSeq: number): Promise<number> {
    const told = node.told + 1;
    await tx.update(MediaNode, node.id, { reportSeq, told, lastSeenAt: () => 'now()' });
    return told;
  }

  lost(): Promise<MediaNode[]> {
    return this.nodes.findBy({ alive: false });
  }
}

function lossAlarm({ id, lastSeenAt }: MediaNode): Alarm {
  return {
    code: 'node_lost',
    subject: { type: 'node', id, name: id },
    ...{ channelId: null, reason: null, value: null, expected: null },
    since: lastSeenAt.toISOString(),
  };
}
