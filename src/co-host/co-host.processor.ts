import { Processor } from '@nestjs/bullmq';
import { TimeoutProcessor } from '../platform/queue';
import { CO_HOST_QUEUE, type CoHostJob } from './co-host.jobs';
import { InvitationLifecycle } from './invitations/invitation-lifecycle';
import { SessionFlow } from './session/session-flow';

@Processor(CO_HOST_QUEUE, { concurrency: 8 })
export class CoHostProcessor extends TimeoutProcessor<CoHostJob> {
  constructor(invitations: InvitationLifecycle, flow: SessionFlow) {
    super({
      'expire-invitation': (id) => invitations.expire(id),
      'settle-session': (id) => flow.settle(id),
    });
  }
}
