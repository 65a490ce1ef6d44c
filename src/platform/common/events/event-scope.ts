import type { DomainEvent, EventBus } from './event-bus';

/**
 * The event handlers of one provider. At its end, running handlers are waited for while the database is still there, and
 * later events are ignored.
 */
export class EventScope {
  private readonly running = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly bus: EventBus) {}

  on<E extends DomainEvent>(
    type: abstract new (...args: never[]) => E,
    handler: (event: E) => Promise<void>,
  ): void {
    this.bus.on(type, async (event) => {
      if (this.closed) return;
      const run = handler(event);
      this.running.add(run);
      try {
        await run;
      } finally {
        this.running.delete(run);
      }
    });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.running);
  }
}
