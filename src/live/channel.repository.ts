import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { type EntityManager, In, Repository } from 'typeorm';
import {
  METRICS,
  type Metric,
  gauge,
  gaugeByState,
  type HasMetrics,
  type Page,
  sealColumnAnew,
} from '../platform/common';
import type { RelayState } from '../contracts';
import { Channel } from './channel.entity';
import { type ChannelList, channelPage } from './channel-list';
import { isInTrouble, isLive, type Observation } from './sync/channel-observation';

const RELAY_STATES: readonly RelayState[] = ['idle', 'connecting', 'live', 'retrying'];

type ChannelFields = Partial<Omit<Channel, 'id' | 'createdAt'>>;

/** What following a node's reports needs of a channel: there may be thousands of them in one. */
export type CarriedChannel = Observation &
  Pick<Channel, 'id' | 'kind' | 'ownerId' | 'nodeId' | 'epoch' | 'hostEpoch' | 'relayUrl'> &
  Pick<
    Channel,
    'flvMarkers' | 'playGeneration' | 'suspendedAt' | 'pushGeneration' | 'putOut' | 'visitGeneration'
  >;

const CARRIED = `id, kind, owner_id AS "ownerId", node_id AS "nodeId", epoch, host_epoch AS "hostEpoch", source,
  source_version AS "sourceVersion", source_epoch AS "sourceEpoch", host_publishing AS "hostPublishing", mix_epochs AS "mixEpochs", viewers,
  host_video AS "hostVideo", stream, relay_status AS "relayStatus", flv_markers AS "flvMarkers",
  play_generation AS "playGeneration", suspended_at AS "suspendedAt", push_generation AS "pushGeneration",
  put_out AS "putOut", visit_generation AS "visitGeneration", relay_url AS "relayUrl"`;

const OBSERVED = `(id uuid, live boolean, source text, "sourceVersion" integer, "sourceEpoch" integer, "hostPublishing" boolean,
  "mixEpochs" integer[], viewers integer, "hostVideo" jsonb, stream jsonb, "inTrouble" boolean,
  "relayStatus" jsonb)`;

@Injectable()
export class ChannelRepository implements HasMetrics {
  constructor(@InjectRepository(Channel) private readonly channels: Repository<Channel>) {}

  async insert(
    fields: ChannelFields & { id: string },
    tx: EntityManager = this.channels.manager,
  ): Promise<void> {
    await tx.insert(Channel, fields);
  }

  /** Of one user. */
  countOf(ownerId: string, tx: EntityManager): Promise<number> {
    return tx.countBy(Channel, { ownerId, kind: 'host' });
  }

  /** Hosts' channels. @param ids only these; undefined: all */
  list(list: ChannelList, ids: string[] | undefined): Promise<Page<Channel>> {
    const query = this.channels.createQueryBuilder('c').where(`c.kind = 'host'`);
    if (ids) query.andWhere('c.id = ANY(:ids)', { ids: ids.filter((id) => isUUID(id)) });
    return channelPage(query, list);
  }

  /** Null also for text that isn't an id: ids come straight from addresses. */
  async find(id: string): Promise<Channel | null> {
    return isUUID(id) ? this.channels.findOneBy({ id }) : null;
  }

  findMany(ids: string[]): Promise<Channel[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.channels.findBy({ id: In(ids) });
  }

  /** Of relay addresses. @param sealAnew see SealedBox */
  async sealRelaysAnew(sealAnew: (sealed: Buffer) => Buffer | null): Promise<void> {
    await sealColumnAnew(this.channels.manager, { table: 'channels', column: 'relay_url' }, sealAnew);
  }

  /** Locks the row until the transaction ends. */
  lock(tx: EntityManager, id: string): Promise<Channel | null> {
    return tx.findOne(Channel, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /**
   * For a report of a node.
   * @param ids that it names; those that are no ids or unknown are left out
   * @param all those too that are live on the node by what it said before
   */
  async carried(nodeId: string, ids: string[], all: boolean, tx: EntityManager): Promise<CarriedChannel[]> {
    const named = ids.filter((id) => isUUID(id));
    return tx.query(
      `SELECT ${CARRIED} FROM channels WHERE id = ANY($1::uuid[]) OR ($3 AND live AND node_id = $2) ORDER BY id`,
      [named, nodeId, all],
    );
  }

  /**
   * Writes what a node has said of channels that it carries, in one statement. They stay pinned to it for a while when they
   * are idle (unpinIdle). The version of a source never falls: what was seen of an earlier one is not written.
   * @returns ids of those that it still carries
   */
  async observe(
    nodeId: string,
    seen: readonly (Observation & { id: string })[],
    tx: EntityManager,
  ): Promise<Set<string>> {
    if (seen.length === 0) return new Set();
    const rows = seen.map((one) => ({ ...one, live: isLive(one), inTrouble: isInTrouble(one) }));
    const [written] = await tx.query<[{ id: string }[], number]>(
      `UPDATE channels c SET live = s.live, source = s.source, source_version = s."sourceVersion", source_epoch = s."sourceEpoch",
         host_publishing = s."hostPublishing", mix_epochs = s."mixEpochs", viewers = s.viewers,
         host_video = s."hostVideo", stream = s.stream, in_trouble = s."inTrouble", relay_status = s."relayStatus",
         pinned_at = CASE WHEN s.live THEN c.pinned_at ELSE now() END
       FROM jsonb_to_recordset($2::jsonb) AS s ${OBSERVED}
       WHERE c.id = s.id AND c.node_id = $1 AND c.source_version <= s."sourceVersion" RETURNING c.id`,
      [nodeId, JSON.stringify(rows)],
    );
    return new Set(written.map(({ id }) => id));
  }

  /** All channels of a node that is lost are idle, and free for another. */
  async free(nodeId: string, tx: EntityManager): Promise<Pick<Channel, 'id' | 'kind' | 'ownerId'>[]> {
    const [freed] = await tx.query<[Pick<Channel, 'id' | 'kind' | 'ownerId'>[], number]>(
      `UPDATE channels SET node_id = NULL, live = false, source = 'none',
         source_version = source_version + (source <> 'none')::int, source_epoch = 0, host_publishing = false,
         mix_epochs = '{}', viewers = 0, stream = NULL, in_trouble = false, relay_status = NULL WHERE node_id = $1
       RETURNING id, kind, owner_id AS "ownerId"`,
      [nodeId],
    );
    return freed;
  }

  /** Frees channels that have been idle for a while, and of which no address was given out since. @param idleMs at least */
  async unpinIdle(idleMs: number): Promise<void> {
    await this.channels.query(
      `UPDATE channels SET node_id = NULL
       WHERE node_id IS NOT NULL AND NOT live AND pinned_at <= now() - $1 * interval '1 millisecond'`,
      [idleMs],
    );
  }

  /** An address on its node is given out: it stays there. @returns false where it has been freed, or is elsewhere */
  async keepPinned(id: string, nodeId: string): Promise<boolean> {
    const { affected } = await this.channels.update({ id, nodeId }, { pinnedAt: () => 'now()' });
    return affected === 1;
  }

  async update(id: string, fields: ChannelFields, tx: EntityManager = this.channels.manager): Promise<void> {
    await tx.update(Channel, { id }, fields);
  }

  /** False when the channel is gone, or a mix is on the air. */
  async deleteUnlessMixed(id: string, tx: EntityManager): Promise<boolean> {
    const result = await tx
      .createQueryBuilder()
      .delete()
      .from(Channel)
      .where(`id = :id AND source <> 'mix'`, { id })
      .execute();
    return result.affected === 1;
  }

  async deleteBypass(ids: string[], tx: EntityManager): Promise<void> {
    await tx.delete(Channel, { id: In(ids), kind: 'bypass' });
  }

  /** Next epoch for a mix; null when there is no such channel. */
  async raiseEpoch(id: string): Promise<number | null> {
    return this.raise(id, { epoch: () => 'epoch + 1' });
  }

  /** Next epoch, which is the host's from now on; null when there is no such channel. */
  async raiseHostEpoch(id: string): Promise<number | null> {
    return this.raise(id, { epoch: () => 'epoch + 1', hostEpoch: () => 'epoch + 1' });
  }

  async raisePlayGeneration(id: string, tx: EntityManager): Promise<void> {
    await tx.increment(Channel, { id }, 'playGeneration', 1);
  }

  async raisePushGeneration(id: string, tx: EntityManager): Promise<void> {
    await tx.increment(Channel, { id }, 'pushGeneration', 1);
  }

  /** Visits that have begun so far are over. */
  async raiseVisitGeneration(id: string, tx: EntityManager): Promise<void> {
    await tx.increment(Channel, { id }, 'visitGeneration', 1);
  }

  findShared(shareCode: string): Promise<Channel | null> {
    return this.channels.findOneBy({ shareCode });
  }

  isCurrentVisit(id: string, visitGeneration: number): Promise<boolean> {
    return this.channels.existsBy({ id, visitGeneration, access: 'open' });
  }

  /**
   * Adds likes, and takes the right to tell the room of them, of which of any number of processes one gets it in a period.
   * @returns all likes, and whether this process is to tell them now; null: there is no such channel
   */
  async addLikes(
    id: string,
    count: number,
    periodMs: number,
  ): Promise<{ likes: number; tells: boolean } | null> {
    const [rows] = await this.channels.query<[{ likes: string; tells: boolean }[], number]>(
      `UPDATE channels SET likes = least(likes + $2, ${Number.MAX_SAFE_INTEGER}),
         likes_told_at = CASE WHEN likes_told_at > now() - $3 * interval '1 millisecond' THEN likes_told_at ELSE now() END
       WHERE id = $1 RETURNING likes, likes_told_at = now() AS tells`,
      [id, count, periodMs],
    );
    return rows[0] ? { likes: Number(rows[0].likes), tells: rows[0].tells } : null;
  }

  /** Compare and set; false when the channel's node is not `from` any more, or it is live there. */
  async moveToNode(id: string, from: string | null, to: string): Promise<boolean> {
    const result = await this.channels
      .createQueryBuilder()
      .update()
      .set({ nodeId: to, pinnedAt: () => 'now()' })
      .where('id = :id AND node_id IS NOT DISTINCT FROM :from AND NOT live', { id, from })
      .execute();
    return result.affected === 1;
  }

  /** Of channels with a relay that are open on their node, as reported last. */
  async [METRICS](): Promise<Metric[]> {
    const rows: { state: string; n: number; dropped: number }[] = await this.channels.query(
      `SELECT relay_status->>'state' AS state, count(*)::int AS n,
              sum((relay_status->>'dropped')::int)::int AS dropped
       FROM channels WHERE live AND relay_status IS NOT NULL GROUP BY 1`,
    );
    const dropped = rows.reduce((sum, row) => sum + row.dropped, 0);
    return [
      gaugeByState('lianmai_channel_relays', 'Relays of channels to outside servers.', RELAY_STATES, rows),
      gauge(
        'lianmai_channel_relay_dropped_units',
        'Units that the relays of open channels have lost to slow outside servers.',
        dropped,
      ),
    ];
  }

  private async raise(id: string, set: Record<string, () => string>): Promise<number | null> {
    if (!isUUID(id)) return null;
    const result = await this.channels
      .createQueryBuilder()
      .update()
      .set(set)
      .where('id = :id', { id })
      .returning(['epoch'])
      .execute();
    return (result.raw as { epoch: number }[])[0]?.epoch ?? null;
  }
}
