import { Injectable } from '@nestjs/common';
import type { PushUrlView } from '../contracts';
import { ImFacade } from '../im';
import type { CoHostSession } from './session/session.entity';

type Session = Pick<CoHostSession, 'id' | 'channelId' | 'hostId'>;

/** Tells the host's app what to push to the channel: their own stream, the mix that it makes, or neither. */
@Injectable()
export class HostAppSignals {
  constructor(private readonly im: ImFacade) {}

  pushMix({ id: sessionId, channelId, hostId }: Session, push: PushUrlView): void {
    this.im.toUser(hostId, 'mix:push', { channelId, sessionId, push });
  }

  stopPush({ channelId, hostId }: Session, role: 'host' | 'mix'): void {
    this.im.toUser(hostId, 'live:stop-push', { channelId, role });
  }

  resumePush({ channelId, hostId }: Session): void {
    this.im.toUser(hostId, 'live:resume-push', { channelId });
  }
}
