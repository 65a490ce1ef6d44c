import { isDeepStrictEqual } from 'node:util';
import type { DomainEvent, EventBus } from '../../../src/platform/common';

type EventClass = abstract new (...args: never[]) => DomainEvent;

/** Writes down domain events in the order of their delivery. */
export class EventLog {
  readonly all: DomainEvent[] = [];
  private waiting: { event: DomainEvent; resolve: () => void }[] = [];

  constructor(bus: EventBus, types: EventClass[]) {
    for (const type of types) bus.on(type, (event) => this.take(event));
  }

  clear(): void {
    this.all.length = 0;
  }

  /** Resolves when an event that equals this one has come since the last clear. */
  until(event: DomainEvent): Promise<void> {
    if (this.all.some((seen) => isDeepStrictEqual(seen, event))) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ event, resolve }));
  }

  private take(event: DomainEvent): void {
    this.all.push(event);
    this.waiting = this.waiting.filter((wanted) => {
      if (!isDeepStrictEqual(wanted.event, event)) return true;
      wanted.resolve();
      return false;
    });
  }
}
