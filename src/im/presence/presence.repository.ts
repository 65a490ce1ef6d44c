import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { OnlineUser } from './local-presence';

export interface Gone extends OnlineUser {
  channelId: string;
}

/** An instance that has not been seen for this long is dead. */
const DEAD_MS = 10_000;
const dead = `seen_at < now() - interval '${DEAD_MS} milliseconds'`;

/** Presence of all API processes together. Time is the database's. */
@Injectable()
export class PresenceRepository {
  /** Of this process; new at every start. */
  readonly instanceId = randomUUID();

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: RuntimeConfig,
  ) {}

  /**
   * This process has a connection of the user in the room.
   * @returns true when no process had one before, or by another name
   */
  async addInstance(channelId: string, { userId, name }: OnlineUser): Promise<boolean> {
    const rows: { news: boolean }[] = await this.db.query(
      `WITH before AS (SELECT name FROM room_presence WHERE channel_id = $1 AND user_id = $2)
       INSERT INTO room_presence AS p (channel_id, user_id, name, instances) VALUES ($1, $2, $3, ARRAY[$4::uuid])
       ON CONFLICT (channel_id, user_id) DO UPDATE
       SET name = excluded.name, until = NULL, instances = array_remove(p.instances, $4::uuid) || $4::uuid
       RETURNING xmax = 0 OR (SELECT name FROM before) IS DISTINCT FROM name AS news`,
      [channelId, userId, name, this.instanceId],
    );
    return rows[0]?.news ?? false;
  }

  /** This process has no connection of the user in the room any more; if none has, they count as gone after a grace. */
  async removeInstance(channelId: string, userId: string): Promise<void> {
    await this.db.query(
      `UPDATE room_presence SET ${this.without('array_remove(instances, $3::uuid)')}
       WHERE channel_id = $1 AND user_id = $2 AND instances @> ARRAY[$3::uuid]`,
      [channelId, userId, this.instanceId],
    );
  }

  /** The user has left: gone at once, unless another process has a connection of theirs. @returns whether they are gone */
  async leave(channelId: string, userId: string): Promise<boolean> {
    await this.removeInstance(channelId, userId);
    const [rows] = await this.db.query<[unknown[], number]>(
      `DELETE FROM room_presence WHERE channel_id = $1 AND user_id = $2 AND until IS NOT NULL RETURNING 1`,
      [channelId, userId],
    );
    return rows.length > 0;
  }

  /** Gone at once, wherever the connections are. @returns whether the user was there */
  async expel(channelId: string, userId: string): Promise<boolean> {
    const [rows] = await this.db.query<[unknown[], number]>(
      'DELETE FROM room_presence WHERE channel_id = $1 AND user_id = $2 RETURNING 1',
      [channelId, userId],
    );
    return rows.length > 0;
  }

  /** undefined where the user is not in the room. */
  async nameOf(channelId: string, userId: string): Promise<string | undefined> {
    const rows: { name: string }[] = await this.db.query(
      'SELECT name FROM room_presence WHERE channel_id = $1 AND user_id = $2',
      [channelId, userId],
    );
    return rows[0]?.name;
  }

  /** Takes out the users whose grace is over. Of any number of processes one gets each of them. */
  async takeGone(): Promise<Gone[]> {
    const [rows] = await this.db.query<[{ channel_id: string; user_id: string; name: string }[], number]>(
      `DELETE FROM room_presence WHERE until <= now() RETURNING channel_id, user_id, name`,
    );
    return rows.map((row) => ({ channelId: row.channel_id, userId: row.user_id, name: row.name }));
  }

  /** @returns false where this process was taken for dead meanwhile: it has to add itself to its users again */
  async heartbeat(): Promise<boolean> {
    const rows: { fresh: boolean }[] = await this.db.query(
      `INSERT INTO im_instances (id, seen_at) VALUES ($1, now())
       ON CONFLICT (id) DO UPDATE SET seen_at = now() RETURNING xmax = 0 AS fresh`,
      [this.instanceId],
    );
    return !rows[0]?.fresh;
  }

  /** Removes dead processes, also from the users they had. */
  async removeDead(): Promise<void> {
    const [rows] = await this.db.query<[unknown[], number]>(
      `DELETE FROM im_instances WHERE ${dead} RETURNING 1`,
    );
    if (rows.length > 0) await this.removeGoneInstances();
  }

  /** Removes processes that no longer exist from all users. */
  async removeGoneInstances(): Promise<void> {
    const living = `(SELECT coalesce(array_agg(id), '{}') FROM im_instances)`;
    const held = `ARRAY(SELECT i FROM unnest(instances) i WHERE i IN (SELECT id FROM im_instances))`;
    await this.db.query(
      `UPDATE room_presence SET ${this.without(held)}
       WHERE until IS NULL AND NOT instances <@ ${living}`,
    );
  }

  /** Removes this process, from all users too. */
  async quit(): Promise<void> {
    await this.db.query('DELETE FROM im_instances WHERE id = $1', [this.instanceId]);
    await this.db.query(
      `UPDATE room_presence SET ${this.without('array_remove(instances, $1::uuid)')}
       WHERE instances @> ARRAY[$1::uuid]`,
      [this.instanceId],
    );
  }

  /** Which of these users are in the room. */
  async presentOf(channelId: string, userIds: string[]): Promise<Set<string>> {
    const rows: { user_id: string }[] = await this.db.query(
      'SELECT user_id FROM room_presence WHERE channel_id = $1 AND user_id = ANY ($2)',
      [channelId, userIds],
    );
    return new Set(rows.map((row) => row.user_id));
  }

  async count(channelId: string): Promise<number> {
    const [row]: { n: number }[] = await this.db.query(
      'SELECT count(*)::int AS n FROM room_presence WHERE channel_id = $1',
      [channelId],
    );
    return row?.n ?? 0;
  }

  /** Users in the room in the order they came; `firstId`, if present, comes first. Visitors without a name aren't listed. */
  async list(channelId: string, firstId: string, limit: number): Promise<OnlineUser[]> {
    const rows: { user_id: string; name: string }[] = await this.db.query(
      `(SELECT user_id, name, 0 AS rank, since FROM room_presence WHERE channel_id = $1 AND user_id = $2)
       UNION ALL
       (SELECT user_id, name, 1, since FROM room_presence
        WHERE channel_id = $1 AND user_id <> $2 AND name <> ''
        ORDER BY since, user_id LIMIT $3)
       ORDER BY rank, since, user_id LIMIT $3`,
      [channelId, firstId, limit],
    );
    return rows.map((row) => ({ userId: row.user_id, name: row.name }));
  }

  async clear(channelId: string): Promise<void> {
    await this.db.query('DELETE FROM room_presence WHERE channel_id = $1', [channelId]);
  }

  private without(instances: string): string {
    const grace = `now() + interval '${this.config.PRESENCE_GRACE_MS} milliseconds'`;
    return `instances = ${instances}, until = CASE WHEN cardinality(${instances}) = 0 THEN ${grace} END`;
  }
}
