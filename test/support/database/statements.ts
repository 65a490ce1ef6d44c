import { Client } from 'pg';
import type { DataSource, Logger } from 'typeorm';

/** A statement as it was sent, with the parameters of its first time. */
export interface Statement {
  text: string;
  values: unknown[];
}

const PLANNED = /^\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b/i;
/** Connections of the product, and not those of queues and tests. */
const OURS = /^lianmai/;

function applicationOf(client: Client): string {
  const { connectionParameters } = client as unknown as {
    connectionParameters: { application_name?: string };
  };
  return connectionParameters.application_name ?? '';
}

/** Writes down every statement that this process sends about these tables from now on. */
export class StatementLog {
  private readonly byText = new Map<string, Statement>();
  private readonly spy: jest.SpyInstance;

  constructor(tables: readonly string[]) {
    const names = new RegExp(`\\b(${tables.join('|')})\\b`);
    const send = Reflect.get(Client.prototype, 'query') as (...args: unknown[]) => unknown;
    const take = (text: unknown, values: unknown) => {
      if (typeof text !== 'string' || !names.test(text) || !PLANNED.test(text)) return;
      if (!this.byText.has(text)) {
        this.byText.set(text, { text, values: Array.isArray(values) ? values : [] });
      }
    };
    this.spy = jest.spyOn(Client.prototype, 'query').mockImplementation(function (
      this: Client,
      ...args: unknown[]
    ) {
      if (OURS.test(applicationOf(this))) take(args[0], args[1]);
      return send.apply(this, args) as never;
    });
  }

  /** @returns what was sent */
  stop(): Statement[] {
    this.spy.mockRestore();
    return [...this.byText.values()];
  }
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

/** Tables that Postgres would read from their first row to their last for this statement. */
export async function scannedBy(client: Client, { text, values }: Statement): Promise<string[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `EXPLAIN (FORMAT JSON) ${text}`,
    values,
  );
  return scannedIn(rows[0]!['QUERY PLAN'][0].Plan);
}

function scannedIn({ 'Node Type': type, 'Relation Name': table, Plans = [] }: Plan): string[] {
  return [...(type === 'Seq Scan' && table ? [table] : []), ...Plans.flatMap(scannedIn)];
}

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
