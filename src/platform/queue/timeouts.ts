import { WorkerHost } from '@nestjs/bullmq';
import type { Job, Queue } from 'bullmq';
import { Log } from '../common';

/** Jobs carry an id and no decision: their handlers look at the row. */
interface Timeout {
  id: string;
}

/** A room's time-outs that outlive a restart, as delayed jobs. */
export abstract class TimeoutJobs<Name extends string> {
  private readonly log: Log;

  /** @param queue the room's own, named like the room */
  protected constructor(private readonly queue: Queue<Timeout, void, Name>) {
    this.log = new Log(queue.name);
  }

  /**
   * If the queue is away, the request still succeeds: the room's sweep finds in the rows what is due.
   * @param delay ms from now
   */
  protected async add(name: Name, id: string, delay: number): Promise<void> {
    const options = { delay: Math.max(0, delay), attempts: 3, backoff: { type: 'fixed', delay: 1000 } };
    try {
      // BullMQ's types can't follow a name that is generic.
      await (this.queue as Queue<Timeout>).add(name, { id }, options);
    } catch (error) {
      this.log.error({ err: error, job: name, id }, 'could not queue a time-out');
    }
  }
}

/**
 * Handles the time-outs of a room. The row says what is to be done, so a job that comes late or twice does no harm.
 */
export abstract class TimeoutProcessor<Name extends string> extends WorkerHost {
  protected constructor(private readonly handlers: Readonly<Record<Name, (id: string) => Promise<void>>>) {
    super();
  }

  process({ name, data }: Job<Timeout, void, Name>): Promise<void> {
    return this.handlers[name](data.id);
  }
}
