/**
 * Migrations, made and checked by TypeORM from the compiled entities, on an embedded Postgres in a temporary folder.
 *
 *   node scripts/migration.mjs generate NAME   writes a migration from what the migrations make to what the entities ask
 *                                              for; committed ones are never changed
 *   node scripts/migration.mjs check           fails when the entities ask for more than the migrations make
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
const folder = join(root, 'migrations');

/** Runs `work` with a DataSource on an empty database. */
async function withDatabase(options, work) {
  const { DataSource } = require('typeorm');
  const { dataSourceOptions, EmbeddedPostgres } = require('../dist/src/platform/database');
  const dir = mkdtempSync(join(tmpdir(), 'lianmai-migration-'));
  try {
    const server = await EmbeddedPostgres.start({ dir, durable: false });
    try {
      const db = await new DataSource({ ...dataSourceOptions(server.url), ...options }).initialize();
      await work(db);
      await db.destroy();
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The difference between entities and migrations, on a database that has run all migrations. */
async function difference() {
  let sql;
  await withDatabase({}, async (db) => {
    await db.runMigrations();
    sql = await db.driver.createSchemaBuilder().log();
  });
  return sql;
}

async function generate(name) {
  if (!/^[a-z][a-z0-9-]*$/.test(name ?? '')) throw new Error('a name in lower case, e.g. channel-relay');
  const { upQueries, downQueries } = await difference();
  if (upQueries.length === 0)
    return console.log('nothing to do: the migrations make what the entities ask for');
  const timestamp = Date.now();
  const file = join(folder, `${timestamp}-${name}.ts`);
  const className = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase()) + timestamp;
  writeFileSync(file, source(className, upQueries, downQueries.reverse()));
  execFileSync(process.execPath, [require.resolve('prettier/bin/prettier.cjs'), '--write', file]);
  console.log(`wrote ${file}; read it before you commit it, a rename is a drop and an add`);
}

function source(name, up, down) {
  const lines = (queries) => queries.map(({ query }) => `await runner.query(${literal(query)});`).join('\n');
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${name} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    ${lines(up)}
  }

  async down(runner: QueryRunner): Promise<void> {
    ${lines(down)}
  }
}
`;
}

function literal(sql) {
  return '`' + sql.replace(/[\\`]|\$\{/g, '\\$&') + '`';
}

async function check() {
  const { upQueries } = await difference();
  if (upQueries.length === 0) return console.log('the migrations make what the entities ask for');
  console.error(
    'the entities ask for more than the migrations make; run `npm run migration:generate -- NAME`:',
  );
  for (const { query } of upQueries) console.error(`  ${query}`);
  process.exitCode = 1;
}

const commands = { generate, check };
const command = commands[process.argv[2]];
if (!command) throw new Error('generate or check?');
execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--server'], { stdio: 'inherit' });
await command(process.argv[3]);
