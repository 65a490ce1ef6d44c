import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { Log } from '../platform/common';
import { PkFlow } from './pk-flow';
import { PK_QUEUE } from './pk.jobs';

/** Time-outs that came due. What is to be done stands in the row, so one that comes late or twice does no harm. */
@Processor(PK_QUEUE, { concurrency: 8 })
export class PkProcessor extends WorkerHost {
  private readonly log = new Log('pk');

  constructor(private readonly flow: PkFlow) {
    super();
  }

  process(job: Job<{ id: string }>): Promise<void> {
    return this.flow.settle(job.data.id);
  }

  /** Without a listener BullMQ's worker would bring the process down when its connection drops. */
  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.log.error({ err: error }, 'worker of the pk queue lost its connection');
  }
}
