import { Processor } from '@nestjs/bullmq';
import { TimeoutProcessor } from '../platform/queue';
import { PkFlow } from './match/pk-flow';
import { PK_QUEUE, type PkJob } from './pk.jobs';

@Processor(PK_QUEUE, { concurrency: 8 })
export class PkProcessor extends TimeoutProcessor<PkJob> {
  constructor(flow: PkFlow) {
    super({ 'settle-match': (id) => flow.settle(id) });
  }
}
