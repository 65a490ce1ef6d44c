import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { Log } from '../platform/common';
import { CO_HOST_QUEUE, type CoHostJob } from './co-host.jobs';
import { InvitationLifecycle } from './invitations/invitation-lifecycle';
import { SessionFlow } from './session/session-flow';

/** Time-outs that came due. What is to be done stands in the row, so one that comes late or twice does no harm. */
@Processor(CO_HOST_QUEUE, { concurrency: 8 })
export class CoHostProcessor extends WorkerHost {
  private readonly log = new Log('co-host');

  constructor(
    private readonly invitations: InvitationLifecycle,
    private readonly flow: SessionFlow,
  ) {
    super();
  }

  process(job: Job<{ id: string }, void, CoHostJob>): Promise<void> {
    switch (job.name) {
      case 'expire-invitation':
        return this.invitations.expire(job.data.id);
      case 'settle-session':
        return this.flow.settle(job.data.id);
    }
  }

  /** Without a listener BullMQ's worker would bring the process down when its connection drops. */
  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.log.error({ err: error }, 'worker of the co-host queue lost its connection');
  }
}
