import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, type EntityManager, type QueryRunner, type ReplicationMode } from 'typeorm';

/** The transaction that the running code is in. */
interface Transaction {
  readonly runner: QueryRunner;
  /** Work that was begun inside and not awaited still runs; it is no longer part of the transaction. */
  over: boolean;
}

/**
 * Inside `transaction` every query of the same asynchronous context goes over the transaction's own connection,
 * whichever repository makes it: all of it is one commit. So code in a transaction never waits for a second pooled
 * connection, which would deadlock a full pool. A transaction inside another is a savepoint.
 */
export class TransactionalDataSource extends DataSource {
  private readonly running = new AsyncLocalStorage<Transaction>();

  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    const transaction = this.running.getStore();
    return transaction && !transaction.over ? lent(transaction.runner) : super.createQueryRunner(mode);
  }

  /** @param work is given the manager of the transaction; it is rolled back when `work` rejects */
  override transaction<T>(...args: unknown[]): Promise<T> {
    const work = args.at(-1) as (tx: EntityManager) => Promise<T>;
    return this.manager.transaction(async (tx) => {
      const transaction: Transaction = { runner: tx.queryRunner!, over: false };
      try {
        return await this.running.run(transaction, () => work(tx));
      } finally {
        transaction.over = true;
      }
    });
  }
}

/** The same runner, which its borrower gives back without closing it. */
function lent(runner: QueryRunner): QueryRunner {
  return Object.create(runner, { release: { value: () => Promise.resolve() } }) as QueryRunner;
}
