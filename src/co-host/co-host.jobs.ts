import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { TimeoutJobs } from '../platform/queue';

export const CO_HOST_QUEUE = 'co-host';

export type CoHostJob = 'expire-invitation' | 'settle-session';

/** Time-outs of invitations and sessions. */
@Injectable()
export class CoHostJobs extends TimeoutJobs<CoHostJob> {
  constructor(@InjectQueue(CO_HOST_QUEUE) queue: Queue<{ id: string }, void, CoHostJob>) {
    super(queue);
  }

  /** @param delay ms from now */
  expireInvitation(id: string, delay: number): Promise<void> {
    return this.add('expire-invitation', id, delay);
  }

  /** @param delay ms from now */
  settleSession(id: string, delay: number): Promise<void> {
    return this.add('settle-session', id, delay);
  }
}
