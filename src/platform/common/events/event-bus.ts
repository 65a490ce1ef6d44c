import { Injectable } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type DataSource, type EntityManager } from 'typeorm';
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
  /** It has ended: work that was begun inside and not awaited publishes at once. */
  over: boolean;
}
const held = new AsyncLocalStorage<Held>();

/**
 * In-process events between rooms: downward by call, upward by event. Delivered in order after the commit of the
 * transaction they were published in. Handlers are independent: a failure is logged and does not stop the others.
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
    const part: Held = { events: [], over: false };
    try {
      if (whole && !whole.over) {
        const result = await held.run(part, () => db.transaction(work));
        whole.events.push(...part.events);
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
    return result;
  }

  private async runRecorders(
    events: readonly DomainEvent[],
    tx: EntityManager | null,
  ): Promise<(() => void)[]> {
    const committed: (() => void)[] = [];
    if (events.length === 0) return committed;
    for (const recorder of this.recorders) {
      const call = await recorder(events, tx);
      if (call) committed.push(call);
    }
    return committed;
  }

  private deliver(event: DomainEvent): void {
    for (const handler of this.handlers.get(event.constructor as EventClass<DomainEvent>) ?? []) {
      // A handler runs in its own turn, outside the publisher's transaction context.
      held.exit(() => {
        Promise.resolve()
          .then(() => handler(event))
          .catch((error: unknown) =>
            this.log.error({ err: error, event: event.constructor.name }, 'event handler failed'),
          );
      });
    }
  }
}
