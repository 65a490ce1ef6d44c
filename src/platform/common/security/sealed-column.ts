import type { EntityManager } from 'typeorm';
import { Log } from '../telemetry/logger';

/** Both are names of ours, never given by anybody. */
interface SealedColumn {
  table: string;
  column: string;
}

const log = new Log('security');

/**
 * Seals what is in a column under the newest secret, so that the previous one can be forgotten. What changes meanwhile
 * stays as it was changed; what can't be opened stays, and is logged.
 * @param sealAnew of SealedBox
 */
export async function sealColumnAnew(
  db: EntityManager,
  { table, column }: SealedColumn,
  sealAnew: (sealed: Buffer) => Buffer | null,
): Promise<void> {
  const rows: { id: string; sealed: Buffer }[] = await db.query(
    `SELECT id, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL`,
  );
  let renewed = 0;
  for (const { id, sealed } of rows) {
    const anew = attempt(() => sealAnew(sealed), { table, id });
    if (!anew) continue;
    await db.query(`UPDATE ${table} SET ${column} = $3 WHERE id = $1 AND ${column} = $2`, [id, sealed, anew]);
    renewed += 1;
  }
  log.info({ table, rows: rows.length, renewed }, 'sealed under the new AUTH_SECRET');
}

function attempt(work: () => Buffer | null, fields: object): Buffer | null {
  try {
    return work();
  } catch {
    log.error(fields, 'was stored under another AUTH_SECRET: set it again');
    return null;
  }
}
