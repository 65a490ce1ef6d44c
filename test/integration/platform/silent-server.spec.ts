import { once } from 'node:events';
import { Client } from 'pg';
import { endWhenSilent } from '../../../src/platform/database/silent-server';
import { Link } from '../../support/cluster/link';
import { createTestDatabase, type TestDatabase } from '../../support/database/test-database';

const SILENCE_MS = 300;

let database: TestDatabase;
let link: Link;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  link = await Link.to(database.url);
});
afterAll(async () => {
  link.close();
  await database.drop();
});
beforeEach(async () => {
  client = new Client({ connectionString: link.url });
  client.on('error', () => undefined);
  await client.connect();
  endWhenSilent(client, SILENCE_MS);
});

describe('a connection whose server is silent', () => {
  it('is ended where something is asked, which fails', async () => {
    link.part();
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await expect(client.query('SELECT 1')).rejects.toThrow(/Connection terminated/);
    await ended;
    link.heal();
  });

  it('is kept where nothing is asked, or the answer comes', async () => {
    const { stream } = (client as unknown as { connection: { stream: NodeJS.EventEmitter } }).connection;
    await once(stream, 'timeout');
    expect((await client.query<{ n: number }>('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    await client.end();
  });
});
