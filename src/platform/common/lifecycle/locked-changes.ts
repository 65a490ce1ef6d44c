import type { DataSource, EntityManager } from 'typeorm';
import type { EventBus } from '../events/event-bus';
import type { StateMachine } from './state-machine';

/** The part of a room's repository that locks a row until the end of the transaction. */
export interface LockableRows<Row> {
  lock(id: string, tx: EntityManager): Promise<Row | null>;
}

/** Changes rows under a lock, checks the state table, publishes the change if it shows. */
export abstract class LockedChanges<Row extends { state: S }, S extends string> {
  protected constructor(
    protected readonly db: DataSource,
    protected readonly bus: EventBus,
    private readonly rows: LockableRows<Row>,
    private readonly states: StateMachine<S>,
  ) {}

  /**
   * Runs `work` on the locked row. Keep it short: others wait for the lock.
   * @param work writes with the repository, in `tx`; resolves to false when it changed nothing
   * @returns whether something was changed; false where there is no such row
   * @throws DomainError invalid_transition; then nothing is changed
   */
  change(id: string, work: (row: Row, tx: EntityManager) => Promise<boolean>): Promise<boolean> {
    return this.bus.transaction(this.db, async (tx) => {
      const before = await this.rows.lock(id, tx);
      if (!before) return false;
      const shown = JSON.stringify(await this.visible(before, tx));
      if (!(await work(before, tx))) return false;
      const after = await this.rows.lock(id, tx);
      if (!after) return false;
      if (after.state !== before.state) this.states.assert(before.state, after.state);
      if (JSON.stringify(await this.visible(after, tx)) !== shown) await this.announced(after, before, tx);
      return true;
    });
  }

  /** What is told of a row: a change that leaves it as it was is not announced. Default: the row. */
  protected visible(row: Row, _tx: EntityManager): Promise<unknown> {
    return Promise.resolve(row);
  }

  /** Publishes what has changed; delivered after the commit of `tx`. */
  protected abstract announced(after: Row, before: Row, tx: EntityManager): Promise<void>;
}
