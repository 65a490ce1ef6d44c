import { DataSource } from 'typeorm';
import { dataSourceOptions } from './options';

/** An arbitrary number: two processes that start at the same time migrate one after the other. */
const lockKey = 0x11a4;

/**
 * Brings the database to the newest migration.
 * @returns names of the migrations that were run
 */
export async function migrate(url: string): Promise<string[]> {
  const db = await new DataSource(dataSourceOptions(url)).initialize();
  const holder = db.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [lockKey]);
    const done = await db.runMigrations();
    return done.map((migration) => migration.name);
  } finally {
    // Releases the lock with the session.
    await db.destroy();
  }
}
