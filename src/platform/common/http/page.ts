import { Type } from 'class-transformer';
import { isUUID, IsInt, IsString, Length, Max, Min } from 'class-validator';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { parseJson } from '../../../shared/bounded-json';
import { DomainError } from '../errors';
import { requireStorable } from './storable';
import { MayBeAbsent } from './validation';

/** Query of every list: `?limit=&cursor=`. */
export class PageQuery {
  /** Items of one page at most. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  /** `nextCursor` of the page before. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 256)
  cursor?: string;
}

export interface Page<T> {
  rows: T[];
  /** What the client sends to get the next page; null: there is none. Opaque to the client. */
  nextCursor: string | null;
}

const DEFAULT_LIMIT = 100;
/** Postgres keeps microseconds, of which a Date would lose three digits, and rows with them. */
const microseconds = (alias: string) =>
  `CAST(extract(epoch FROM "${alias}"."created_at") * 1000000 AS bigint)`;

/**
 * One page of rows with `createdAt` and a uuid `id`, newest first. A cursor names the place after a row, not a number of
 * rows: rows added or deleted meanwhile make no other row appear twice or go missing.
 * @param query without order and limit
 * @throws DomainError invalid_input: not a cursor of ours
 */
export async function newestFirst<T extends ObjectLiteral & { id: string }>(
  query: SelectQueryBuilder<T>,
  { limit = DEFAULT_LIMIT, cursor }: PageQuery,
): Promise<Page<T>> {
  const { alias } = query;
  if (cursor !== undefined) {
    const [pageAt, pageId] = readCursor(cursor, isPlace);
    // Exact: an interval counts microseconds, and a double holds those of the next two centuries.
    const at = `TIMESTAMPTZ 'epoch' + CAST(:pageAt AS double precision) * INTERVAL '1 microsecond'`;
    query.andWhere(`("${alias}"."created_at", "${alias}"."id") < (${at}, CAST(:pageId AS uuid))`, {
      pageAt,
      pageId,
    });
  }
  const { entities, raw } = await query
    .addSelect(microseconds(alias), 'page_at')
    .orderBy(`${alias}.createdAt`, 'DESC')
    .addOrderBy(`${alias}.id`, 'DESC')
    // One more, to know whether there is another page.
    .limit(limit + 1)
    .getRawAndEntities<{ page_at: string }>();
  const rows = entities.slice(0, limit);
  const last = rows.at(-1);
  const more = entities.length > limit && last !== undefined;
  return { rows, nextCursor: more ? writeCursor([raw[rows.length - 1]?.page_at ?? '', last.id]) : null };
}

/** @param key of the last row of a page */
export function writeCursor(key: string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws DomainError invalid_input */
export function readCursor<K extends string[]>(cursor: string, isKey: (value: unknown) => value is K): K {
  let key: unknown;
  try {
    key = parseJson(Buffer.from(cursor, 'base64url').toString());
    requireStorable(key);
  } catch {
    key = null;
  }
  if (!isKey(key)) throw new DomainError('invalid_input', { reason: 'cursor: not one of this list' });
  return key;
}

function isPlace(value: unknown): value is [at: string, id: string] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [at, id] = value as unknown[];
  return typeof at === 'string' && /^\d{1,16}$/.test(at) && isUUID(id);
}
