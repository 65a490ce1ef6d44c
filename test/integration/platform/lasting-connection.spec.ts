import { Client } from 'pg';
import { readConfig, type RuntimeConfig } from '../../../src/platform/config';
import { LastingConnection, PRESENT } from '../../../src/platform/database';
import { createTestDatabase, type TestDatabase } from '../../support/database/test-database';
import { until } from '../../support/waiting/until';

const SWEEP = 1;

describe('the lasting connection of a process', () => {
  let database: TestDatabase;
  let admin: Client;
  let open: LastingConnection[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new Client({ connectionString: database.url });
    await admin.connect();
  });
  afterEach(async () => {
    for (const each of open) await each.onApplicationShutdown();
    open = [];
  });
  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  function make(): LastingConnection {
    const connection = new LastingConnection(readConfig({ DATABASE_URL: database.url }) as RuntimeConfig);
    open.push(connection);
    return connection;
  }

  async function isThere({ presence }: LastingConnection): Promise<boolean> {
    const { rows } = await admin.query<{ there: boolean }>(`SELECT $1::bigint IN ${PRESENT} AS there`, [
      presence,
    ]);
    return rows[0]!.there;
  }

  /** As a restart of the server, or a network that drops it. */
  const cutAll = () =>
    admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'lianmai-lasting' AND datname = current_database()`);

  it('shows that the process is there, until it is gone', async () => {
    const one = make();
    expect(await isThere(one)).toBe(false);
    await one.onModuleInit();
    expect(await isThere(one)).toBe(true);
    await one.onApplicationShutdown();
    await until(async () => !(await isThere(one)));
  });

  it('hears notifications, and after it was cut that some may have been missed', async () => {
    const heard: (string | null)[] = [];
    const one = make();
    one.listen('news', (payload) => void heard.push(payload));
    await one.onModuleInit();
    await admin.query(`SELECT pg_notify('news', 'a')`);
    await until(() => heard.length === 1);
    await cutAll();
    await until(() => heard.length === 2);
    expect(await isThere(one)).toBe(true);
    await admin.query(`SELECT pg_notify('news', 'b')`);
    await until(() => heard.length === 3);
    expect(heard).toEqual(['a', null, 'b']);
  });

  it('gives a duty to one process at a time, and to the next when that is gone', async () => {
    const [one, two] = [make(), make()];
    for (const each of [one, two]) each.seekDuty(SWEEP);
    await one.onModuleInit();
    await two.onModuleInit();
    expect([one.hasDuty(SWEEP), two.hasDuty(SWEEP)]).toEqual([true, false]);
    await one.onApplicationShutdown();
    await until(() => two.hasDuty(SWEEP));
  });

  it('has no duty while it is cut', async () => {
    const one = make();
    one.seekDuty(SWEEP);
    await one.onModuleInit();
    const cut = cutAll();
    await until(() => !one.hasDuty(SWEEP));
    await cut;
    await until(() => one.hasDuty(SWEEP));
  });

  it('can be ended while it is being made again', async () => {
    const one = make();
    await one.onModuleInit();
    await cutAll();
    await one.onApplicationShutdown();
    expect(await isThere(one)).toBe(false);
  });
});
