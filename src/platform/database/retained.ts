import type { DataSource } from 'typeorm';
import type { KeptName } from '../config';

/** Rows that are removed when they have been over for long. */
export interface Retained {
  /** How long they are kept. */
  name: KeptName;
  /** Removes at most so many. @returns how many it removed */
  readonly remove: (days: number, most: number) => Promise<number>;
}

/** A provider with this method has rows that aren't kept for ever; it knows nothing of who removes them. */
export const RETENTION = Symbol('retention');

export interface HasRetention {
  [RETENTION](): Retained[];
}

/**
 * Rows of one table, the oldest first.
 * @param since when they were over: a column with an index
 * @param which SQL: only these
 */
export function retained(
  db: DataSource,
  name: KeptName,
  { table, since, which = 'true' }: { table: string; since: string; which?: string },
): Retained {
  const old = `SELECT ctid FROM ${table} WHERE ${which} AND ${daysAgo(since)} ORDER BY ${since} LIMIT $2`;
  // By their places: in any other way Postgres may read the whole table for a few rows.
  const sql = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(${old}))`;
  const remove = async (days: number, most: number) => {
    const [, removed] = await db.query<[unknown, number]>(sql, [days, most]);
    return removed;
  };
  return { name, remove };
}

/** SQL: whether it was so many days ago (`$1`). */
export function daysAgo(column: string): string {
  return `${column} < now() - $1::int * interval '1 day'`;
}
