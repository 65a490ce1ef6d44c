import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PRESENT } from '../../platform/database';

/** A worker silent for so long is given up, even if its connection stands: its machine is gone. */
const SILENT = `interval '12 seconds'`;
/** After its start the server doesn't know yet who is there. */
const SETTLING = `interval '5 seconds'`;
const FORGOTTEN = `interval '1 day'`;

/**
 * SQL: whether no worker has this task. A paused process keeps its tasks for 12 s, a dead one loses them at once.
 * @param worker expression for the task's worker
 */
export function isUnattended(worker: string): string {
  return `(${worker} IS NULL
    OR ${worker} NOT IN (SELECT presence FROM mix_workers WHERE seen_at > now() - ${SILENT})
    OR (${worker} NOT IN ${PRESENT} AND pg_postmaster_start_time() < now() - ${SETTLING}))`;
}

/** SQL: tasks that all living workers take at a time; 0 where none is known. */
export const ALL_SLOTS = `(SELECT coalesce(sum(slots), 0)::int FROM mix_workers
  WHERE seen_at > now() - ${SILENT} AND presence IN ${PRESENT})`;

@Injectable()
export class MixWorkerRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /** The worker is alive. @param slots tasks that it takes at a time */
  async seen(presence: number, slots: number): Promise<void> {
    await this.db.query(
      `INSERT INTO mix_workers (presence, slots, seen_at) VALUES ($1, $2, now())
       ON CONFLICT (presence) DO UPDATE SET seen_at = now()`,
      [presence, slots],
    );
  }

  async forgetOld(): Promise<void> {
    await this.db.query(`DELETE FROM mix_workers WHERE seen_at < now() - ${FORGOTTEN}`);
  }

  async remove(presence: number): Promise<void> {
    await this.db.query(`DELETE FROM mix_workers WHERE presence = $1`, [presence]);
  }
}
