import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { TimeoutJobs } from '../platform/queue';

export const PK_QUEUE = 'pk';

export type PkJob = 'settle-match';

/** Time-outs of matches. */
@Injectable()
export class PkJobs extends TimeoutJobs<PkJob> {
  constructor(@InjectQueue(PK_QUEUE) queue: Queue<{ id: string }, void, PkJob>) {
    super(queue);
  }

  /** @param delay ms from now */
  settleMatch(id: string, delay: number): Promise<void> {
    return this.add('settle-match', id, delay);
  }
}
