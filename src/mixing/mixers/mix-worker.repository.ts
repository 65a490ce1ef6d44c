import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { PRESENT } from '../../platform/database';
import { MixWorker } from './mix-worker.entity';

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

/** SQL: whether the worker of this row of mix_workers lives. */
const LIVES = `seen_at > now() - ${SILENT} AND presence IN ${PRESENT}`;

/** What a worker says of itself when it starts. */
export type NewWorker = Pick<MixWorker, 'presence' | 'host' | 'cores' | 'slots'>;

@Injectable()
export class MixWorkerRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  async add({ presence, host, cores, slots }: NewWorker): Promise<void> {
    await this.db.query(
      `INSERT INTO mix_workers (presence, host, cores, slots, seen_at) VALUES ($1, $2, $3, $4, now())
       ON CONFLICT (presence) DO UPDATE SET seen_at = now()`,
      [presence, host, cores, slots],
    );
  }

  /** The worker is alive. @param factor what its mixes cost against the model */
  async seen(worker: NewWorker, factor: number): Promise<void> {
    const rows: unknown = await this.db.query(
      `WITH seen AS (UPDATE mix_workers SET seen_at = now(), factor = $2 WHERE presence = $1 RETURNING 1)
       SELECT 1 FROM seen`,
      [worker.presence, factor],
    );
    // Forgotten: it was away for a day.
    if ((rows as unknown[]).length === 0) await this.add(worker);
  }

  /** Those that live, and have said what they have. */
  living(tx: EntityManager = this.db.manager): Promise<MixWorker[]> {
    return tx.createQueryBuilder(MixWorker, 'w').where(`${LIVES} AND cores > 0`).getMany();
  }

  async forgetOld(): Promise<void> {
    await this.db.query(`DELETE FROM mix_workers WHERE seen_at < now() - ${FORGOTTEN}`);
  }

  async remove(presence: number): Promise<void> {
    await this.db.query(`DELETE FROM mix_workers WHERE presence = $1`, [presence]);
  }
}
