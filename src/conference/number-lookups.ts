import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { DomainError, requestContext } from '../platform/common';
import type { Conference } from './conference.entity';
import { parseConferenceNumber } from './conference-number';
import { ConferenceRepository } from './conference.repository';

/** Numbers that nobody has, which one may ask for in each window (decision 32). An address may be that of an office. */
const USER_LIMIT = 10;
const ADDRESS_LIMIT = 30;
const WINDOW_MS = 10 * 60_000;
/** Users and addresses counted at the same time; with more, those counted longest are forgotten. */
const MAX_COUNTED = 100_000;

/** Finds conferences for people, who type numbers and may try others: whoever misses too often has to wait. */
@Injectable()
export class NumberLookups {
  private readonly misses = new Map<string, { count: number; endsAtMs: number }>();

  constructor(private readonly conferences: ConferenceRepository) {}

  /** By its id or its number; null for anything else. @throws DomainError rate_limited */
  async find(idOrNumber: string): Promise<Conference | null> {
    if (isUUID(idOrNumber)) return this.conferences.find(idOrNumber);
    const number = parseConferenceNumber(idOrNumber);
    if (number === null) return null;
    const subjects = subjectsOfRequest();
    for (const { key, limit } of subjects) this.requireBelow(key, limit);
    // Counted before the answer is known: who asks for many at once doesn't get one more of them.
    for (const { key } of subjects) this.count(key);
    const found = await this.conferences.findByNumber(number);
    if (found) for (const { key } of subjects) this.forgive(key);
    return found;
  }

  private requireBelow(key: string, limit: number): void {
    const counted = this.misses.get(key);
    const leftMs = (counted?.endsAtMs ?? 0) - Date.now();
    if (!counted || leftMs <= 0 || counted.count < limit) return;
    throw new DomainError('rate_limited', { retryAfterMs: Math.ceil(leftMs) });
  }

  private forgive(key: string): void {
    const counted = this.misses.get(key);
    if (counted) counted.count -= 1;
  }

  private count(key: string): void {
    const now = Date.now();
    const counted = this.misses.get(key);
    if (counted && counted.endsAtMs > now) return void (counted.count += 1);
    this.misses.delete(key);
    this.misses.set(key, { count: 1, endsAtMs: now + WINDOW_MS });
    for (const [oldest, { endsAtMs }] of this.misses) {
      if (endsAtMs > now && this.misses.size <= MAX_COUNTED) return;
      this.misses.delete(oldest);
    }
  }
}

/** None outside of requests: timers and jobs guess nothing. */
function subjectsOfRequest(): { key: string; limit: number }[] {
  const { caller, address } = requestContext() ?? {};
  return [
    ...(caller ? [{ key: `user:${caller.userId}`, limit: USER_LIMIT }] : []),
    ...(address ? [{ key: `address:${address}`, limit: ADDRESS_LIMIT }] : []),
  ];
}
