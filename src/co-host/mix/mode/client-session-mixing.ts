import { Inject, Injectable } from '@nestjs/common';
import { Log } from '../../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../../platform/config';
import type { ChannelRecord } from '../../../live';
import { MixingFacade, type MixTaskRecord } from '../../../mixing';
import { CoHostJobs } from '../../co-host.jobs';
import { HostAppSignals } from '../../host-app.signals';
import type { CoHostSession } from '../../session/session.entity';
import { SessionRepository } from '../../session/session.repository';
import type { SessionMixing, Takeover } from './session-mixing';

/** The host's device mixes. When its stream is lost, it is asked again, and replaced if that doesn't help. */
@Injectable()
export class ClientSessionMixing implements SessionMixing {
  private readonly log = new Log('co-host');

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly sessions: SessionRepository,
    private readonly mixing: MixingFacade,
    private readonly hostApp: HostAppSignals,
    private readonly jobs: CoHostJobs,
  ) {}

  async offer(session: CoHostSession, task: MixTaskRecord): Promise<void> {
    if (task.epoch === null) await this.tellAddress(session, task.id);
  }

  isWell({ mixLostAt }: CoHostSession, task: MixTaskRecord, channel: ChannelRecord): boolean {
    return mixLostAt === null && isConnected(task, channel);
  }

  async recover(
    session: CoHostSession,
    task: MixTaskRecord,
    channel: ChannelRecord,
  ): Promise<Takeover | null> {
    const { epoch } = task;
    if (epoch === null) await this.offer(session, task);
    // Until the mix is on the air, the time for connecting is the limit.
    if (epoch === null || session.state !== 'live') return null;
    if (isConnected(task, channel)) await this.found(session);
    else if (session.mixLostAt === null) await this.lost(session, task);
    else if (this.isOverdue(session.mixLostAt) && channel.clientMixFallback === 'server') {
      return { to: 'server', reason: 'client_mix_lost' };
    }
    return null;
  }

  /** The device still holds an address with a newer epoch. */
  async lockOut({ id: sessionId }: CoHostSession, keptTaskId: string): Promise<void> {
    try {
      await this.mixing.raiseAboveIssuedEpochs(keptTaskId);
    } catch (error) {
      const fields = { err: error, sessionId, taskId: keptTaskId };
      this.log.warn(fields, 'the mix could not be put above a late one');
    }
  }

  retire(session: CoHostSession): void {
    this.hostApp.stopPush(session, 'mix');
  }

  private async found({ id, mixLostAt }: CoHostSession): Promise<void> {
    if (mixLostAt !== null) await this.sessions.update(id, { mixLostAt: null });
  }

  private async lost(session: CoHostSession, task: MixTaskRecord): Promise<void> {
    const { id, channelId } = session;
    if (!(await this.sessions.mixLost(id, task.id))) return;
    this.log.warn({ sessionId: id, channelId }, 'the stream that the host mixes is gone');
    await this.jobs.settleSession(id, this.config.CLIENT_MIX_GRACE_MS);
    await this.tellAddress(session, task.id);
  }

  private isOverdue(lostAt: Date): boolean {
    return Date.now() >= lostAt.getTime() + this.config.CLIENT_MIX_GRACE_MS;
  }

  /** A host who is offline asks for the address later, because the session's view says that their device mixes. */
  private async tellAddress(session: CoHostSession, taskId: string): Promise<void> {
    const { id: sessionId, channelId } = session;
    try {
      this.hostApp.pushMix(session, await this.mixing.pushAddress(taskId));
    } catch (error) {
      this.log.warn({ err: error, sessionId, channelId }, 'the host could not be told where to push the mix');
    }
  }
}

function isConnected({ epoch }: MixTaskRecord, { mixEpochs }: ChannelRecord): boolean {
  return epoch !== null && mixEpochs.some((connected) => connected >= epoch);
}
