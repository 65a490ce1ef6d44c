import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, type QueryDeepPartialEntity } from 'typeorm';
import {
  METRICS,
  type Metric,
  gaugeByState,
  type HasMetrics,
  type HasOverview,
  OVERVIEW,
  type OverviewPart,
  stateIn,
} from '../platform/common';
import { type HasRetention, type Retained, retained, RETENTION } from '../platform/database';
import { PkMatch, PkSide } from './pk.entity';
import { pkStates, scoringStates } from './pk.state';

export type UnfinishedMatch = Pick<PkMatch, 'id' | 'state' | 'endsAt'> & { sessionIds: string[] };

/** Matches and their sides. */
@Injectable()
export class PkRepository implements HasMetrics, HasOverview, HasRetention {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  [RETENTION](): Retained[] {
    return [retained(this.db, 'matches', { table: 'pk_matches', since: 'ended_at' })];
  }

  async insert(
    match: QueryDeepPartialEntity<PkMatch> & { id: string },
    sides: QueryDeepPartialEntity<PkSide>[],
    tx: EntityManager,
  ): Promise<void> {
    await tx.insert(PkMatch, match);
    await tx.insert(PkSide, sides);
  }

  find(id: string, tx: EntityManager = this.db.manager): Promise<PkMatch | null> {
    return tx.findOneBy(PkMatch, { id });
  }

  sides(matchId: string, tx: EntityManager = this.db.manager): Promise<PkSide[]> {
    return tx.find(PkSide, { where: { matchId }, order: { side: 'ASC' } });
  }

  /** The side of a match that is not over on one of these channels. */
  sideOn(channelIds: readonly string[], tx: EntityManager = this.db.manager): Promise<PkSide | null> {
    return tx.findOneBy(PkSide, { channelId: In([...channelIds]), over: false });
  }

  /** The side, of a match that is not over, whose session this is. */
  sideOfSession(sessionId: string): Promise<PkSide | null> {
    return this.db.manager.findOneBy(PkSide, { sessionId, over: false });
  }

  /** The row. Until the end of the transaction nobody else changes it or gives points. */
  lock(id: string, tx: EntityManager): Promise<PkMatch | null> {
    return tx.findOne(PkMatch, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async update(id: string, set: QueryDeepPartialEntity<PkMatch>, tx: EntityManager): Promise<void> {
    await tx.update(PkMatch, { id }, set);
  }

  /** Frees its channels and hosts for another match. */
  async free(matchId: string, tx: EntityManager): Promise<void> {
    await tx.update(PkSide, { matchId }, { over: true });
  }

  /**
   * Adds points while the match is running. Concurrent additions share the lock; ending the match waits for them.
   * @returns the side's points now; null: the match isn't running
   */
  async addPoints(
    matchId: string,
    channelId: string,
    points: number,
    tx: EntityManager,
  ): Promise<number | null> {
    const runs: unknown[] = await tx.query(
      `SELECT 1 FROM pk_matches
       WHERE id = $1 AND ${stateIn('state', scoringStates)} AND ends_at > clock_timestamp() FOR SHARE`,
      [matchId],
    );
    if (runs.length === 0) return null;
    // TypeORM answers an UPDATE with the rows and their count.
    const [rows] = await tx.query<[{ points: number }[], number]>(
      `UPDATE pk_sides SET points = points + $3 WHERE match_id = $1 AND channel_id = $2 RETURNING points`,
      [matchId, channelId, points],
    );
    return rows[0]?.points ?? null;
  }

  /** With the sessions of both sides. */
  unfinished(): Promise<UnfinishedMatch[]> {
    return this.db.query(
      `SELECT m.id, m.state, m.ends_at AS "endsAt",
              ARRAY(SELECT s.session_id FROM pk_sides s WHERE s.match_id = m.id) AS "sessionIds"
       FROM pk_matches m WHERE m.ended_at IS NULL ORDER BY m.created_at`,
    );
  }

  async [METRICS](): Promise<Metric[]> {
    const rows: { state: string; n: number }[] = await this.db.query(
      `SELECT state, count(*)::int AS n FROM pk_matches WHERE ended_at IS NULL GROUP BY state`,
    );
    return [gaugeByState('lianmai_pk_matches', 'PK matches that are not over.', pkStates.open, rows)];
  }

  async [OVERVIEW](): Promise<OverviewPart> {
    const [row] = await this.db.query<{ pks: number }[]>(
      `SELECT count(*)::int AS pks FROM pk_matches WHERE ended_at IS NULL`,
    );
    return { figures: row };
  }
}
