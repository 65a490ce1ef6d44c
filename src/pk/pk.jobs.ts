import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Log } from '../platform/common';

export const PK_QUEUE = 'pk';

/** Time-outs of matches that outlive a restart, as delayed jobs. */
@Injectable()
export class PkJobs {
  private readonly log = new Log('pk');

  constructor(@InjectQueue(PK_QUEUE) private readonly queue: Queue<{ id: string }, void, 'settle-match'>) {}

  /**
   * A queue that is away fails no request: the sweep finds by the row what is due.
   * @param delay ms from now
   */
  async settleMatch(id: string, delay: number): Promise<void> {
    const options = { delay: Math.max(0, delay), attempts: 3, backoff: { type: 'fixed', delay: 1000 } };
    try {
      await this.queue.add('settle-match', { id }, options);
    } catch (error) {
      this.log.error({ err: error, matchId: id }, 'could not queue a time-out');
    }
  }
}
