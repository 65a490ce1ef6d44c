/**
 * Migrations, made and checked by TypeORM from the compiled entities, on an embedded Postgres in a temporary folder.
 *
 *   node scripts/migration.mjs generate   writes the one initial migration anew (until the first release there is
 *                                         only this one, and it is replaced)
 *   node scripts/migration.mjs check      fails when the entities ask for more than the migrations make
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
  const { dataSourceOptions, EmbeddedPostgres } = require('../dist/src/database');
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

async function generate() {
  await withDatabase({ migrations: [] }, async (db) => {
    const { upQueries, downQueries } = await db.driver.createSchemaBuilder().log();
    const timestamp = Date.now();
    for (const name of readdirSync(folder).filter((file) => file.endsWith('-initial.ts'))) {
      rmSync(join(folder, name));
    }
    const file = join(folder, `${timestamp}-initial.ts`);
    writeFileSync(file, source(`Initial${timestamp}`, upQueries, downQueries.reverse()));
    execFileSync(process.execPath, [require.resolve('prettier/bin/prettier.cjs'), '--write', file]);
    console.log(`wrote ${file}`);
  });
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
  let missing = [];
  await withDatabase({}, async (db) => {
    await db.runMigrations();
    missing = (await db.driver.createSchemaBuilder().log()).upQueries;
  });
  if (missing.length === 0) return console.log('the migrations make what the entities ask for');
  console.error('the entities ask for more than the migrations make; run `npm run migration:generate`:');
  for (const { query } of missing) console.error(`  ${query}`);
  process.exitCode = 1;
}

const commands = { generate, check };
const command = commands[process.argv[2]];
if (!command) throw new Error('generate or check?');
execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--server'], { stdio: 'inherit' });
await command();
