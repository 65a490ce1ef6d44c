import { Injectable } from '@nestjs/common';
import { Log } from '../../../platform/common';
import { type ChannelRecord, LiveFacade } from '../../../live';
import type { MixTaskRecord } from '../../../mixing';
import type { CoHostSession } from '../../session/session.entity';
import type { SessionMixing } from './session-mixing';

/** Our mixers mix. The mix task is all they need, so most of this has nothing to do. */
@Injectable()
export class ServerSessionMixing implements SessionMixing {
  private readonly log = new Log('co-host');

  constructor(private readonly live: LiveFacade) {}

  offer(): Promise<void> {
    return Promise.resolve();
  }

  /** Not while a device that was too late for a switch has come on the air anyway. */
  isWell(_: CoHostSession, { epoch }: MixTaskRecord, { source, sourceEpoch }: ChannelRecord): boolean {
    return source !== 'mix' || epoch === null || sourceEpoch <= epoch;
  }

  async recover(session: CoHostSession, task: MixTaskRecord, channel: ChannelRecord): Promise<null> {
    if (this.isWell(session, task, channel)) return null;
    const { id: sessionId, channelId } = session;
    const { sourceEpoch: epoch } = channel;
    this.log.warn({ sessionId, channelId, epoch }, 'a mix that is not wanted is on the air');
    // Our mixer then connects again.
    await this.live.disconnectMix(channelId);
    return null;
  }

  /** A mixer that was stopped doesn't connect any more. */
  lockOut(): Promise<void> {
    return Promise.resolve();
  }

  retire(): void {
    // The mixer ends with its task.
  }
}
