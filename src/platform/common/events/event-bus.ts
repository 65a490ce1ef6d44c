import { Injectable } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '../errors';
import { Log } from '../telemetry/logger';

/** Base of every domain event. A room declares its events in `x.events.ts`, where they are born. */
export abstract class DomainEvent {}

type EventClass<E extends DomainEvent> = abstract new (...args: never[]) => E;
type Handler<E extends DomainEvent> = (event: E) => void | Promise<void>;

/**
 * Stores events in the transaction that they were published in, before it commits: an event is recorded if and only if
 * its change is. `tx` is null for an event without a transaction, which is recorded at once. What the recorder returns
 * is called after the commit.
 */
export type Recorder = (
  events: readonly DomainEvent[],
  tx: EntityManager | null,
) => Promise<(() => void) | undefined>;

/** Events published inside `transaction()` wait here until it has committed. */
interface Held {
  readonly events: DomainEvent[];
  readonly works: (() => Promise<void> | void)[];
  /** It has ended: work that was begun inside and not awaited publishes at once. */
  over: boolean;
}
const held = new AsyncLocalStorage<Held>();

/**
 * Work that follows from a change and is no part of its commit: the next step of a flow, a call to a media node. Inside
 * EventBus.transaction it is done once the outermost has committed, which waits for it; elsewhere at once. It isn't
 * done where the transaction is rolled back, nor where the process dies: a sweep or a report must make up for that.
 */
export async function afterCommit(work: () => Promise<void> | void): Promise<void> {
  const waiting = held.getStore();
  if (waiting && !waiting.over) waiting.works.push(work);
  else await work();
}

/**
 * In-process events between rooms: downward by call, upward by event. Delivered in order after the commit of the
 * transaction they were published in. Handlers are independent: a failure is logged and does not stop the others. A
 * handler comes after the fact, so what the event is about may be gone by then (`not_found`): that is no failure.
 */
@Injectable()
export class EventBus {
  private readonly log = new Log('event-bus');
  private readonly handlers = new Map<EventClass<DomainEvent>, Handler<DomainEvent>[]>();
  private readonly recorders: Recorder[] = [];

  on<E extends DomainEvent>(type: EventClass<E>, handler: Handler<E>): void {
    const list = this.handlers.get(type) ?? [];
    list.push(handler as Handler<DomainEvent>);
    this.handlers.set(type, list);
  }

  /** A recorder that fails inside a transaction fails the transaction. */
  record(recorder: Recorder): void {
    this.recorders.push(recorder);
  }

  publish(event: DomainEvent): void {
    const waiting = held.getStore();
    if (waiting && !waiting.over) {
      waiting.events.push(event);
      return;
    }
    this.runRecorders([event], null).then(
      (committed) => committed.forEach((call) => call()),
      (error: unknown) =>
        this.log.error({ err: error, event: event.constructor.name }, 'event was not recorded'),
    );
    this.deliver(event);
  }

  /**
   * Runs `work` in a database transaction and delivers what it published once that has committed. Inside of another
   * one it is a part of that: rolled back alone when it fails, committed and told with the whole.
   */
  async transaction<T>(db: DataSource, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const whole = held.getStore();
    const part: Held = { events: [], works: [], over: false };
    try {
      if (whole && !whole.over) {
        const result = await held.run(part, () => db.transaction(work));
        whole.events.push(...part.events);
        whole.works.push(...part.works);
        return result;
      }
      return await this.commit(db, part, work);
    } finally {
      part.over = true;
    }
  }

  private async commit<T>(db: DataSource, part: Held, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const { result, committed } = await held.run(part, () =>
      db.transaction(async (tx) => {
        const result = await work(tx);
        return { result, committed: await this.runRecorders(part.events, tx) };
      }),
    );
    part.over = true;
    // Outside of held.run: what the handlers publish is delivered at once.
    for (const call of committed) call();
    for (const event of part.events) this.deliver(event);
    for (const work of part.works) await this.follow(work);
    return result;
  }

  /** What is committed stays, whatever becomes of what follows from it. */
  private async follow(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.error({ err: error }, 'work after a commit failed');
    }
  }

  private async runRecorders(
    events: readonly DomainEvent[],
    tx: EntityManager | null,
  ): Promise<(() => void)[]> {
    const committed: (() => void)[] = [];
    for (const recorder of this.recorders) {
      const call = await recorder(events, tx);
      if (call) committed.push(call);
    }
    return committed;
  }

  private failed(event: DomainEvent, error: unknown): void {
    const fields = { err: error, event: event.constructor.name };
    const isGone = error instanceof DomainError && error.kind === 'not_found';
    if (isGone) this.log.debug(fields, 'what an event was about is gone');
    else this.log.error(fields, 'event handler failed');
  }

  private deliver(event: DomainEvent): void {
    for (const handler of this.handlers.get(event.constructor as EventClass<DomainEvent>) ?? []) {
      // A handler runs in its own turn, outside the publisher's transaction context.
      held.exit(() => {
        Promise.resolve()
          .then(() => handler(event))
          .catch((error: unknown) => this.failed(event, error));
      });
    }
  }
}
