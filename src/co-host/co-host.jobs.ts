import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Log } from '../platform/common';

export const CO_HOST_QUEUE = 'co-host';

/** Jobs carry an id and no decision: their handlers look at the row. */
export type CoHostJob = 'expire-invitation' | 'settle-session';

/** Time-outs that outlive a restart, as delayed jobs. */
@Injectable()
export class CoHostJobs {
  private readonly log = new Log('co-host');

  constructor(@InjectQueue(CO_HOST_QUEUE) private readonly queue: Queue<{ id: string }, void, CoHostJob>) {}

  /** @param delay ms from now */
  expireInvitation(id: string, delay: number): Promise<void> {
    return this.add('expire-invitation', id, delay);
  }

  /** @param delay ms from now */
  settleSession(id: string, delay: number): Promise<void> {
    return this.add('settle-session', id, delay);
  }

  /** A queue that is away fails no request: the sweep (co-host.sweep.ts) finds by the row what is due. */
  private async add(name: CoHostJob, id: string, delay: number): Promise<void> {
    try {
      await this.queue.add(name, { id }, { delay, attempts: 3, backoff: { type: 'fixed', delay: 1000 } });
    } catch (error) {
      this.log.error({ err: error, job: name, id }, 'could not queue a time-out');
    }
  }
}
