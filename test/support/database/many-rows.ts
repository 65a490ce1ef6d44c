import type { Client } from 'pg';

/** Of each row `g` what a room that has run for months would hold: most is over. */
const over = (open: string, ended: string) => `CASE WHEN g % 1000 = 0 THEN '${open}' ELSE '${ended}' END`;
const ifOpen = (value: string) => `CASE WHEN g % 1000 = 0 THEN ${value} END`;
const ifOver = (value: string) => `CASE WHEN g % 1000 = 0 THEN NULL ELSE ${value} END`;
const AGO = `now() - g * interval '5 seconds'`;

/** Where a column's type alone doesn't say what is likely. */
const likely: Record<string, Record<string, string>> = {
  audit_log: { action: `'action-' || g % 40` },
  bypass_lives: { state: over('live', 'idle'), mix_task_id: ifOpen('gen_random_uuid()') },
  chat_messages: { seq: 'g', channel_id: `md5((g % 500)::text)::uuid`, kind: `'user'` },
  co_host_members: { state: over('on-air', 'left'), seat: 'g % 9' },
  co_host_sessions: {
    state: over('live', 'ended'),
    ended_at: ifOver(AGO),
    cleaned_at: ifOver(AGO),
    paired_with: 'NULL',
  },
  conferences: {
    state: over('open', 'ended'),
    purpose: `'meeting'`,
    number: `(100000000 + g)::text`,
    node_id: `'node-' || g % 3`,
  },
  conference_members: {
    state: over('connected', 'left'),
    grace_deadline: `CASE WHEN g % 5000 = 0 THEN ${AGO} END`,
  },
  channels: {
    kind: `'host'`,
    source: over('host', 'none'),
    node_id: ifOpen(`'node-1'`),
    relay_status: ifOpen(`'{}'::jsonb`),
  },
  hand_overs: { source_version: 'g', channel_id: `md5((g % 500)::text)::uuid` },
  invitations: {
    state: over('pending', 'expired'),
    kind: `'apply'`,
    to_channel_id: 'NULL',
    expires_at: `now() + interval '1 hour'`,
  },
  idempotency_keys: { claim: ifOpen('gen_random_uuid()'), expires_at: `now() + g * interval '1 second'` },
  login_codes: { expires_at: `now() + g * interval '1 second'` },
  mix_switches: { state: over('switching', 'done'), cleaned_at: ifOver(AGO), ended_at: ifOver(AGO) },
  mix_tasks: {
    state: over('running', 'stopped'),
    mode: `'server'`,
    reason_type: `'co-host'`,
    worker: 'NULL',
  },
  // Thinned already: a day by the minute, the rest of a week by five.
  overview_samples: { at: `now() - g * interval '0.8 seconds'` },
  pk_matches: { state: over('running', 'ended'), ended_at: ifOver(AGO) },
  pk_sides: { over: 'g % 1000 <> 0', side: '0' },
  quality_minutes: { channel_id: `md5((g % 500)::text)::uuid` },
  room_presence: { until: 'NULL', channel_id: `md5((g % 500)::text)::uuid`, instances: `'{}'` },
  room_restrictions: { until: `now() + interval '1 hour'`, kind: `'mute'` },
  webhook_deliveries: {
    state: over('pending', 'delivered'),
    dead_reason: 'NULL',
    next_attempt_at: 'now()',
    claimed_until: 'NULL',
  },
};
/** Few in any installation: media nodes, processes, endpoints, keys of apps, what is wrong just now. */
const SMALL = [
  ...['media_nodes', 'mix_workers', 'im_instances', 'webhooks', 'api_keys', 'socket_io_attachments'],
  'alarms',
];

/**
 * Fills every table but the small ones with rows that nobody looks at. Checks and foreign keys are taken away before: the
 * planner doesn't ask them.
 * @returns the tables that are large now
 */
export async function addManyRows(db: Client, all: string[], rows: number): Promise<string[]> {
  const tables = all.filter((name) => !SMALL.includes(name));
  await dropConstraints(db, tables);
  for (const table of tables) await fill(db, table, rows);
  await db.query('ANALYZE');
  const { rows: few } = await db.query<{ name: string; rows: number }>(
    `SELECT relname AS name, reltuples::int AS rows FROM pg_class WHERE relname = ANY ($1) AND reltuples < $2`,
    [tables, rows * 0.9],
  );
  if (few.length > 0) throw new Error(`too few rows: ${JSON.stringify(few)}`);
  return tables;
}

async function dropConstraints(db: Client, tables: string[]): Promise<void> {
  const { rows: found } = await db.query<{ table: string; name: string }>(
    `SELECT conrelid::regclass::text AS "table", conname AS name FROM pg_constraint
     WHERE contype IN ('c', 'f') AND conrelid::regclass::text = ANY ($1)`,
    [tables],
  );
  for (const { table, name } of found) await db.query(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`);
}

async function fill(db: Client, table: string, rows: number): Promise<void> {
  const { rows: columns } = await db.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  );
  const own = columns.filter(({ name }) => name !== 'position');
  const values = own.map(({ name, type }) => likely[table]?.[name] ?? valueOf(type));
  await db.query(
    `INSERT INTO ${table} (${own.map(({ name }) => `"${name}"`).join(', ')})
     SELECT ${values.join(', ')} FROM generate_series(1, ${rows}) g ON CONFLICT DO NOTHING`,
  );
}

function valueOf(type: string): string {
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'jsonb') return `'{}'::jsonb`;
  if (type === 'bytea') return `'\\x00'::bytea`;
  if (type === 'ARRAY') return `'{}'`;
  if (type === 'boolean') return 'false';
  if (type.startsWith('timestamp')) return AGO;
  if (/int|numeric|double/.test(type)) return 'g % 1000';
  return `'x' || g`;
}
