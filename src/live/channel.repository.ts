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
  newestFirst,
  type Page,
  type PageQuery,
  sealColumnAnew,
} from '../platform/common';
import type { RelayState } from '../contracts';
import { Channel } from './channel.entity';

const RELAY_STATES: readonly RelayState[] = ['idle', 'connecting', 'live', 'retrying'];

type ChannelFields = Partial<Omit<Channel, 'id' | 'createdAt'>>;

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
  list(page: PageQuery, ids: string[] | undefined): Promise<Page<Channel>> {
    const query = this.channels.createQueryBuilder('c').where(`c.kind = 'host'`);
    if (ids) query.andWhere('c.id = ANY(:ids)', { ids: ids.filter((id) => isUUID(id)) });
    return newestFirst(query, page);
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

  onNode(nodeId: string): Promise<Channel[]> {
    return this.channels.findBy({ nodeId });
  }

  /** Locks the row until the transaction ends. */
  lock(tx: EntityManager, id: string): Promise<Channel | null> {
    return tx.findOne(Channel, { where: { id }, lock: { mode: 'pessimistic_write' } });
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

  /** Compare and set; false when the channel's node is not `from` any more. */
  async moveToNode(id: string, from: string | null, to: string): Promise<boolean> {
    const result = await this.channels
      .createQueryBuilder()
      .update()
      .set({ nodeId: to })
      .where('id = :id AND node_id IS NOT DISTINCT FROM :from', { id, from })
      .execute();
    return result.affected === 1;
  }

  /** Of channels with a relay that are open on their node, as reported last. */
  async [METRICS](): Promise<Metric[]> {
    const rows: { state: string; n: number; dropped: number }[] = await this.channels.query(
      `SELECT relay_status->>'state' AS state, count(*)::int AS n,
              sum((relay_status->>'dropped')::int)::int AS dropped
       FROM channels WHERE relay_status IS NOT NULL GROUP BY 1`,
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
