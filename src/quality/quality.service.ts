import { Injectable } from '@nestjs/common';
import { type Caller, RateCounters, requireGrant, requireOwner } from '../auth';
import type { HandOverView, ListView, QualityMinuteView, QualityReport } from '../contracts';
import { DoorsFacade, LiveFacade, requireNotSuspended } from '../live';
import { DomainError, EventBus, type PageQuery, readCursor, writeCursor } from '../platform/common';
import { QualityFlush } from './quality-flush';
import { QualityReported } from './quality.events';
import { QualityRepository } from './quality.repository';
import { handOverView, minuteView } from './quality.view';

const DEFAULT_LIMIT = 100;
const WINDOW_MS = 60_000;
/** Of one user to one process: enough for some players at once, and too little to bend a channel's figures. */
const REPORTS_PER_WINDOW = 30;

type Query = PageQuery & { since?: string };

/** What viewers' players saw. */
@Injectable()
export class QualityService {
  private readonly limits = new RateCounters();

  constructor(
    private readonly live: LiveFacade,
    private readonly doors: DoorsFacade,
    private readonly flush: QualityFlush,
    private readonly rows: QualityRepository,
    private readonly bus: EventBus,
  ) {}

  /**
   * By who may watch. What it says of hand-overs that the channel hasn't had is left out.
   * @throws DomainError not_granted, rate_limited, channel_not_found, channel_suspended, banned_from_watching
   */
  async report(caller: Caller, id: string, report: QualityReport): Promise<void> {
    requireGrant(caller, { channelId: id });
    await this.requireUnhurried(caller);
    const channel = await this.live.get(id);
    requireNotSuspended(channel);
    await this.doors.requireMayWatch(id, caller.userId);
    const handOvers = report.handOvers.filter(({ sourceVersion }) => sourceVersion <= channel.sourceVersion);
    const taken = { ...report, handOvers };
    this.flush.book.add(id, taken, Date.now());
    this.bus.publish(new QualityReported(id, taken));
  }

  /** Newest first. @throws DomainError not_granted, not_allowed, channel_not_found, invalid_input */
  async minutes(
    caller: Caller,
    id: string,
    { since, limit = DEFAULT_LIMIT, cursor }: Query,
  ): Promise<ListView<QualityMinuteView>> {
    await this.requireOwned(caller, id, 'see what viewers of this channel saw');
    const before = cursor === undefined ? undefined : new Date(placeOf(cursor));
    const found = await this.rows.minutes(id, { since: momentOf(since), before, limit: limit + 1 });
    return pageOf(found, limit, minuteView, ({ minute }) => minute.getTime());
  }

  /** Newest first. @throws DomainError not_granted, not_allowed, channel_not_found, invalid_input */
  async handOvers(
    caller: Caller,
    id: string,
    { since, limit = DEFAULT_LIMIT, cursor }: Query,
  ): Promise<ListView<HandOverView>> {
    await this.requireOwned(caller, id, 'see the hand-overs of this channel');
    const before = cursor === undefined ? undefined : placeOf(cursor);
    const found = await this.rows.handOvers(id, { since: momentOf(since), before, limit: limit + 1 });
    return pageOf(found, limit, handOverView, ({ sourceVersion }) => sourceVersion);
  }

  private async requireOwned(caller: Caller, id: string, action: string): Promise<void> {
    requireGrant(caller, { channelId: id });
    const { ownerId } = await this.live.get(id);
    requireOwner(caller, ownerId, action, { admin: true });
  }

  private async requireUnhurried({ userId }: Caller): Promise<void> {
    const count = await this.limits.increment(userId, WINDOW_MS, REPORTS_PER_WINDOW);
    if (count.isBlocked) throw new DomainError('rate_limited', { retryAfterMs: count.timeToExpire * 1000 });
  }
}

function momentOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** @param placeOf what the rows go down by */
function pageOf<Row, View>(
  found: Row[],
  limit: number,
  view: (row: Row) => View,
  placeOf: (row: Row) => number,
): ListView<View> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const nextCursor = found.length > limit && last ? writeCursor([String(placeOf(last))]) : null;
  return { items: rows.map(view), nextCursor };
}

/** @throws DomainError invalid_input */
function placeOf(cursor: string): number {
  return Number(readCursor(cursor, isPlace)[0]);
}

/** At most what a Date can be, and an integer of the database holds. */
function isPlace(value: unknown): value is [string] {
  return (
    Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && /^\d{1,13}$/.test(value[0])
  );
}
