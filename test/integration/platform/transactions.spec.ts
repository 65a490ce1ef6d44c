import type { DataSource } from 'typeorm';
import { DomainEvent, EventBus } from '../../../src/platform/common';
import { TransactionalDataSource } from '../../../src/platform/database';
import { createTestDatabase, type TestDatabase } from '../../support/database/test-database';

class Noted extends DomainEvent {
  constructor(readonly what: string) {
    super();
  }
}

describe('a transaction', () => {
  let database: TestDatabase;
  let db: DataSource;
  let bus: EventBus;
  let told: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    // One connection: who asks for a second one while holding it would wait for ever.
    const options = { type: 'postgres' as const, url: database.url, extra: { max: 1 } };
    db = await new TransactionalDataSource(options).initialize();
    await db.query('CREATE TABLE notes (what text PRIMARY KEY)');
  });
  beforeEach(async () => {
    await db.query('DELETE FROM notes');
    bus = new EventBus();
    told = [];
    bus.on(Noted, ({ what }) => void told.push(what));
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  /** As a repository of another room does it, which knows nothing of the transaction. */
  const note = (what: string) => db.query('INSERT INTO notes VALUES ($1)', [what]);
  const noted = async () =>
    (await db.query<{ what: string }[]>('SELECT what FROM notes ORDER BY what')).map(({ what }) => what);

  it('has one connection for all that is done inside, and is seen as a whole', async () => {
    await bus.transaction(db, async (tx) => {
      await tx.query(`INSERT INTO notes VALUES ('a')`);
      await note('b');
      expect(await noted()).toEqual(['a', 'b']);
      expect(await db.createQueryBuilder().select('what').from('notes', 'n').getRawMany()).toHaveLength(2);
    });
    expect(await noted()).toEqual(['a', 'b']);
  });

  it('takes all of it back', async () => {
    const failing = bus.transaction(db, async () => {
      await note('a');
      bus.publish(new Noted('a'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await noted()).toEqual([]);
    expect(told).toEqual([]);
  });

  it('inside of another is a part of it: rolled back alone, committed and told with the whole', async () => {
    const part = async (what: string, fails: boolean) =>
      bus.transaction(db, async () => {
        await note(what);
        bus.publish(new Noted(what));
        if (fails) throw new Error('no');
      });
    await bus.transaction(db, async () => {
      await part('kept', false);
      await expect(part('lost', true)).rejects.toThrow('no');
      expect(await noted()).toEqual(['kept']);
      expect(told).toEqual([]);
    });
    expect(await noted()).toEqual(['kept']);
    expect(told).toEqual(['kept']);
    await expect(
      bus.transaction(db, async () => {
        await part('gone', false);
        throw new Error('the whole fails');
      }),
    ).rejects.toThrow('the whole fails');
    expect(await noted()).toEqual(['kept']);
    expect(told).toEqual(['kept']);
  });

  it('has no part in what was begun inside and goes on after it', async () => {
    let goOn = (): void => undefined;
    const over = new Promise<void>((resolve) => (goOn = resolve));
    let later: Promise<void> = Promise.resolve();
    await bus.transaction(db, async () => {
      later = over.then(async () => {
        await note('later');
        bus.publish(new Noted('later'));
      });
      await note('inside');
    });
    goOn();
    await later;
    expect(await noted()).toEqual(['inside', 'later']);
    expect(told).toEqual(['later']);
  });
});
