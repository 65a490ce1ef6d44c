import type { DataSource, Logger } from 'typeorm';

/** Statements that a process sends over its pool while `work` runs, without those that begin and end transactions. */
export async function statementsOf(db: DataSource, work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const before = db.logger;
  const note = (query: string) => void (/^(START|COMMIT|ROLLBACK)/.test(query) || seen.push(query));
  db.logger = Object.assign(Object.create(before) as Logger, { logQuery: note });
  try {
    await work();
  } finally {
    db.logger = before;
  }
  return seen;
}
