import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, type EntityManager, type QueryRunner, type ReplicationMode } from 'typeorm';

/** The transaction that the running code is in. */
interface Transaction {
  readonly runner: QueryRunner;
  /** What was begun inside and not waited for runs on; it has no part in it any more. */
  over: boolean;
}

/**
 * Inside `transaction` every query of the same asynchronous context goes over the transaction's own connection,
 * whichever repository makes it. Code that holds a connection can so never wait for a second one, which a pool whose
 * connections all wait for each other doesn't give; and what it reads and writes elsewhere is part of the same commit.
 * A transaction inside another is a savepoint.
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
