import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { stateIn } from '../../platform/common';
import type { MixTask } from '../task/mix-task.entity';
import { mixTaskStates } from '../task/mix-task.state';
import type { MixWorker } from './mix-worker.entity';
import { isUnattended, MixWorkerRepository } from './mix-worker.repository';
import type { LoadingMix, MixerLoad } from './mixer-load';

/** What mixers have to do: tasks of server mixing that aren't over. */
const LOAD = `${stateIn('state', mixTaskStates.open)} AND mode = 'server'`;

/** Reads what mixers there are, and what they have to do. */
@Injectable()
export class MixerLoadRepository {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly workers: MixWorkerRepository,
  ) {}

  async read(tx: EntityManager = this.db.manager): Promise<MixerLoad<MixWorker>> {
    const hosts = await this.workers.living(tx);
    const mixes: LoadingMix[] = await tx.query(
      `SELECT CASE WHEN ${isUnattended('worker')} THEN NULL ELSE worker END AS worker, owner_id AS "ownerId",
         reason_type AS "reasonType", output, seats, cores
       FROM mix_tasks WHERE ${LOAD}`,
    );
    return { hosts, mixes };
  }

  /** As `read`; until the end of the transaction nobody else decides by it. */
  async lock(tx: EntityManager): Promise<MixerLoad> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('mixer-load', 0))`);
    return this.read(tx);
  }

  /** Whether the owner has another such mix. */
  async hasAnother({ id, ownerId }: Pick<MixTask, 'id' | 'ownerId'>): Promise<boolean> {
    const rows: unknown[] = await this.db.query(
      `SELECT 1 FROM mix_tasks WHERE ${LOAD} AND owner_id = $2 AND id <> $1 LIMIT 1`,
      [id, ownerId],
    );
    return rows.length > 0;
  }
}
