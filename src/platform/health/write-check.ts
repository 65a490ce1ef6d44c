import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { statfs } from 'node:fs/promises';
import { DataSource } from 'typeorm';
import { CONFIG, type RuntimeConfig } from '../config';

const MEGABYTE = 1 << 20;

/** Whether what people do can be stored: a full disk leaves a database that answers every question. */
@Injectable()
export class WriteCheck {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: RuntimeConfig,
  ) {}

  /** @throws Error that says why nothing can be written */
  async check(): Promise<void> {
    await this.requireRoom();
    // An emptied table gets a new file, so that this needs room on the disk, as a row that is only changed does not.
    await this.db.query('TRUNCATE write_probes; INSERT INTO write_probes (at) VALUES (now())');
  }

  /** For the Postgres that we run ourselves. */
  private async requireRoom(): Promise<void> {
    const { DATABASE_DIR, MIN_FREE_DISK_MB } = this.config;
    if (DATABASE_DIR === undefined) return;
    const { bavail, bsize } = await statfs(DATABASE_DIR);
    const freeMb = Math.floor((bavail * bsize) / MEGABYTE);
    if (freeMb < MIN_FREE_DISK_MB) throw new Error(`${freeMb} MB are left on the disk of ${DATABASE_DIR}`);
  }
}
