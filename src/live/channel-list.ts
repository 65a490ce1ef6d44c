import { isUUID } from 'class-validator';
import type { SelectQueryBuilder } from 'typeorm';
import type { ChannelOrder, ChannelState } from '../contracts';
import {
  DomainError,
  newestFirst,
  type Page,
  type PageQuery,
  readCursor,
  writeCursor,
} from '../platform/common';
import type { Channel } from './channel.entity';

/** Which channels a list has, and in what order. */
export interface ChannelList extends PageQuery {
  q?: string;
  state?: ChannelState;
  sort?: ChannelOrder;
}

const DEFAULT_LIMIT = 100;

/** All of these have an index: of live channels there are few (channels_live). */
const STATES: Record<ChannelState, string> = {
  live: `c.live AND c.source <> 'none'`,
  trouble: `c.live AND c.in_trouble`,
};
/**
 * No index has words out of the middle of a title, in any language. So it looks at channels in the order of the list, until
 * the page is full.
 */
const HAS = `(strpos(lower(c.title), lower(:q)) > 0 OR strpos(lower(c.owner_name), lower(:q)) > 0
  OR strpos(lower(c.owner_id), lower(:q)) > 0)`;

type Ordered = Exclude<ChannelOrder, 'newest'>;
/** A column, and which way; channels that are equal in it are in the order of their ids, the same way. */
const ORDERS: Record<Ordered, { by: 'title' | 'viewers'; way: 'ASC' | 'DESC'; behind: string }> = {
  title: { by: 'title', way: 'ASC', behind: `(c.title, c.id) > (:at, CAST(:id AS uuid))` },
  viewers: {
    by: 'viewers',
    way: 'DESC',
    behind: `(c.viewers, c.id) < (CAST(:at AS integer), CAST(:id AS uuid))`,
  },
};

/**
 * One page of a query for channels, `c`.
 * @throws DomainError invalid_input: not a cursor of this list, or an order that it can't have
 */
export async function channelPage(
  query: SelectQueryBuilder<Channel>,
  { q, state, sort = 'newest', ...page }: ChannelList,
): Promise<Page<Channel>> {
  if (state) query.andWhere(STATES[state]);
  if (q) query.andWhere(HAS, { q });
  if (sort === 'newest') return newestFirst(query, page);
  if (sort === 'viewers' && !state)
    throw new DomainError('invalid_input', { reason: 'sort: viewers is for a list with a state' });
  return pageBy(query, sort, page);
}

async function pageBy(
  query: SelectQueryBuilder<Channel>,
  sort: Ordered,
  { limit = DEFAULT_LIMIT, cursor }: PageQuery,
): Promise<Page<Channel>> {
  const { by, way, behind } = ORDERS[sort];
  if (cursor !== undefined) {
    const [, at, id] = readCursor(cursor, (value): value is Place => isPlace(value, sort));
    query.andWhere(behind, { at, id });
  }
  const found = await query
    .orderBy(`c.${by}`, way)
    .addOrderBy('c.id', way)
    .limit(limit + 1)
    .getMany();
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last ? writeCursor([sort, String(last[by]), last.id]) : null };
}

type Place = [sort: string, at: string, id: string];

function isPlace(value: unknown, sort: Ordered): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [order, at, id] = value as unknown[];
  if (order !== sort || typeof at !== 'string' || !isUUID(id)) return false;
  return sort === 'title' || /^\d{1,9}$/.test(at);
}
