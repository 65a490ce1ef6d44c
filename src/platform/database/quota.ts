import type { EntityManager } from 'typeorm';
import { limitReached } from '../common';
import type { LimitName, Limits } from '../config';

/**
 * Makes sure that one more fits. Until the end of the transaction nobody else takes from the same quota, so requests
 * that come at once can't exceed it together.
 * @param of whose quota it is; '' for the installation's
 * @throws DomainError limit_reached
 */
export async function requireWithin(
  tx: EntityManager,
  { limits, limit, of }: { limits: Limits; limit: LimitName; of: string },
  count: (tx: EntityManager) => Promise<number>,
): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`limit:${limit}:${of}`]);
  if ((await count(tx)) >= limits[limit]) throw limitReached(limit, limits[limit]);
}
