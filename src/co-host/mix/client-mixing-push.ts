import { Injectable } from '@nestjs/common';
import { Log } from '../../platform/common';
import { ImFacade } from '../../im';
import { MixingFacade } from '../../mixing';
import type { CoHostSession } from '../co-host.entity';

/** Tells the host's app where to push the mix that it makes, and when to stop that. */
@Injectable()
export class ClientPush {
  private readonly log = new Log('co-host');

  constructor(
    private readonly mixing: MixingFacade,
    private readonly im: ImFacade,
  ) {}

  /** A host who is away then asks for the address himself: he sees by the session's view that he is to mix. */
  async offer({ id: sessionId, channelId, hostId }: CoHostSession, taskId: string): Promise<void> {
    try {
      const push = await this.mixing.pushAddress(taskId);
      this.im.toUser(hostId, 'mix:push', { channelId, sessionId, push });
    } catch (error) {
      this.log.warn({ err: error, sessionId, channelId }, 'the host could not be told where to push his mix');
    }
  }

  stop({ channelId, hostId }: CoHostSession): void {
    this.im.toUser(hostId, 'live:stop-push', { channelId, role: 'mix' });
  }
}
