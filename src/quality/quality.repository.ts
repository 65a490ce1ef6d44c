import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type HasRetention, type Retained, retained, RETENTION } from '../platform/database';
import { HandOver } from './hand-over.entity';
import type { BookPage, HandOverLine, MinuteLine } from './quality-book';
import { QualityMinute } from './quality-minute.entity';

/** What players say of an earlier hand-over is not taken. */
const HAND_OVER_IS_NEWS = `interval '10 minutes'`;

const MINUTE = `("channelId" uuid, minute timestamptz, reports integer, "playedMs" bigint, stalls integer, "stalledMs" bigint,
  "startCounts" jsonb, "startMax" integer, "latencyCounts" jsonb, "latencyMax" integer, protocols jsonb)`;

/** SQL: two objects of numbers, added up. */
const sumOf = (a: string, b: string) => `(SELECT COALESCE(jsonb_object_agg(key, n), '{}') FROM
  (SELECT key, sum(value::bigint) AS n FROM
    (SELECT * FROM jsonb_each_text(${a}) UNION ALL SELECT * FROM jsonb_each_text(${b})) AS parts GROUP BY key) AS sums)`;

/** What players saw, and the hand-overs. Lines of several processes add up in one row. */
@Injectable()
export class QualityRepository implements HasRetention {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  [RETENTION](): Retained[] {
    return [
      retained(this.db, 'quality', { table: 'quality_minutes', since: 'minute' }),
      retained(this.db, 'handOvers', { table: 'hand_overs', since: 'at' }),
    ];
  }

  /** One that is there already stays. */
  async insertHandOvers(
    rows: Pick<HandOver, 'channelId' | 'sourceVersion' | 'from' | 'to'>[],
    tx: EntityManager = this.db.manager,
  ): Promise<void> {
    await tx.createQueryBuilder().insert().into(HandOver).values(rows).orIgnore().execute();
  }

  /** All lines or none. Hand-overs that are unknown, or no news any more, are left out. */
  async write({ minutes, handOvers }: BookPage): Promise<void> {
    await this.db.transaction(async (tx) => {
      // In turn: processes that write the same rows in another order would wait for one another.
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('quality', 0))`);
      if (minutes.length > 0) await this.addMinutes(minutes, tx);
      if (handOvers.length > 0) await this.addGaps(handOvers, tx);
    });
  }

  /** Newest first. */
  minutes(channelId: string, p: { since?: Date; before?: Date; limit: number }): Promise<QualityMinute[]> {
    const query = this.db.getRepository(QualityMinute).createQueryBuilder('q').where({ channelId });
    if (p.since) query.andWhere('q.minute >= :since', { since: p.since });
    if (p.before) query.andWhere('q.minute < :before', { before: p.before });
    return query.orderBy('q.minute', 'DESC').limit(p.limit).getMany();
  }

  /** Newest first. */
  handOvers(channelId: string, p: { since?: Date; before?: number; limit: number }): Promise<HandOver[]> {
    const query = this.db.getRepository(HandOver).createQueryBuilder('h').where({ channelId });
    if (p.since) query.andWhere('h.at >= :since', { since: p.since });
    if (p.before !== undefined)
      query.andWhere('h.source_version < CAST(:before AS bigint)', { before: p.before });
    return query.orderBy('h.source_version', 'DESC').limit(p.limit).getMany();
  }

  /** Of a channel that was deleted. */
  async clear(channelId: string): Promise<void> {
    await this.db.manager.delete(QualityMinute, { channelId });
    await this.db.manager.delete(HandOver, { channelId });
  }

  private async addMinutes(lines: MinuteLine[], tx: EntityManager): Promise<void> {
    await tx.query(
      `INSERT INTO quality_minutes AS q (channel_id, minute, reports, played_ms, stalls, stalled_ms, start_counts,
         start_max, latency_counts, latency_max, protocols)
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS s ${MINUTE}
       ON CONFLICT (channel_id, minute) DO UPDATE SET
         reports = q.reports + excluded.reports, played_ms = q.played_ms + excluded.played_ms,
         stalls = q.stalls + excluded.stalls, stalled_ms = q.stalled_ms + excluded.stalled_ms,
         start_counts = ${sumOf('q.start_counts', 'excluded.start_counts')},
         start_max = greatest(q.start_max, excluded.start_max),
         latency_counts = ${sumOf('q.latency_counts', 'excluded.latency_counts')},
         latency_max = greatest(q.latency_max, excluded.latency_max),
         protocols = ${sumOf('q.protocols', 'excluded.protocols')}`,
      [JSON.stringify(lines.map(minuteRow))],
    );
  }

  private async addGaps(lines: HandOverLine[], tx: EntityManager): Promise<void> {
    const rows = lines.map(({ gaps: { counts, max }, ...key }) => ({ ...key, counts, max }));
    await tx.query(
      `UPDATE hand_overs AS h SET gap_counts = ${sumOf('h.gap_counts', 's.counts')}, gap_max = greatest(h.gap_max, s.max)
       FROM jsonb_to_recordset($1::jsonb) AS s ("channelId" uuid, "sourceVersion" integer, counts jsonb, max integer)
       WHERE h.channel_id = s."channelId" AND h.source_version = s."sourceVersion" AND h.at > now() - ${HAND_OVER_IS_NEWS}`,
      [JSON.stringify(rows)],
    );
  }
}

function minuteRow({ minuteMs, start, latency, ...sums }: MinuteLine): object {
  return {
    ...sums,
    minute: new Date(minuteMs),
    ...{ startCounts: start.counts, startMax: start.max },
    ...{ latencyCounts: latency.counts, latencyMax: latency.max },
  };
}
