import { Injectable } from '@nestjs/common';
import { Log } from '../../platform/common';
import { ImFacade } from '../../im';
import { MixingFacade } from '../../mixing';
import type { CoHostSession } from '../session/session.entity';

/** Tells the host's app where to push the mix that it makes, and when to stop that. */
@Injectable()
export class ClientMixingPush {
  private readonly log = new Log('co-host');

  constructor(
    private readonly mixing: MixingFacade,
    private readonly im: ImFacade,
  ) {}

  /** A host who is away asks for the address later: the session's view says that their device is to mix. */
  async offer({ id: sessionId, channelId, hostId }: CoHostSession, taskId: string): Promise<void> {
    try {
      const push = await this.mixing.pushAddress(taskId);
      this.im.toUser(hostId, 'mix:push', { channelId, sessionId, push });
    } catch (error) {
      this.log.warn({ err: error, sessionId, channelId }, 'the host could not be told where to push the mix');
    }
  }

  stop({ channelId, hostId }: CoHostSession): void {
    this.im.toUser(hostId, 'live:stop-push', { channelId, role: 'mix' });
  }
}
