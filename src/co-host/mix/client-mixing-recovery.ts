import { Inject, Injectable } from '@nestjs/common';
import { Log } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { type ChannelRecord, LiveFacade } from '../../live';
import type { MixTaskRecord } from '../../mixing';
import { CoHostJobs } from '../co-host.jobs';
import type { CoHostSession } from '../session/session.entity';
import { SessionRepository } from '../session/session.repository';
import { ClientMixingPush } from './client-mixing-push';
import { MixSwitches } from './switch/mix-switches';

/** The mix that the host's device makes: the device is asked for it, and asked again or replaced when it dies. */
@Injectable()
export class ClientMixingRecovery {
  private readonly log = new Log('co-host');

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly sessions: SessionRepository,
    private readonly switches: MixSwitches,
    private readonly push: ClientMixingPush,
    private readonly jobs: CoHostJobs,
    private readonly live: LiveFacade,
  ) {}

  /** @param task the session's mix, while no switch is under way */
  async settle(session: CoHostSession, task: MixTaskRecord, channel: ChannelRecord): Promise<void> {
    if (task.mode === 'server') return this.clearStray(session, task, channel);
    if (task.epoch === null) return this.push.offer(session, task.id);
    // Before it was on the air the time for connecting is the limit.
    if (session.state !== 'live') return;
    if (channel.mixEpochs.some((epoch) => epoch >= (task.epoch ?? Infinity))) return this.found(session);
    if (session.mixLostAt === null) return this.lost(session, task);
    if (Date.now() < session.mixLostAt.getTime() + this.config.CLIENT_MIX_GRACE_MS) return;
    if (channel.clientMixFallback === 'server') await this.fallBack(session, channel);
  }

  private async found({ id, mixLostAt }: CoHostSession): Promise<void> {
    if (mixLostAt !== null) await this.sessions.update(id, { mixLostAt: null });
  }

  private async lost(session: CoHostSession, task: MixTaskRecord): Promise<void> {
    const { id, channelId } = session;
    if (!(await this.sessions.mixLost(id, task.id))) return;
    this.log.warn({ sessionId: id, channelId }, 'the stream that the host mixes is gone');
    await this.jobs.settleSession(id, this.config.CLIENT_MIX_GRACE_MS);
    await this.push.offer(session, task.id);
  }

  private async fallBack({ id }: CoHostSession, channel: ChannelRecord): Promise<void> {
    if (!(await this.switches.begin(id, channel, 'server', 'client_mix_lost'))) return;
    await this.jobs.settleSession(id, 0);
  }

  /** A device that was too late for a switch has come on the air all the same: the server's mix connects again. */
  private async clearStray(
    { id, channelId }: CoHostSession,
    { epoch }: MixTaskRecord,
    { source, sourceEpoch }: ChannelRecord,
  ): Promise<void> {
    if (source !== 'mix' || epoch === null || sourceEpoch <= epoch) return;
    this.log.warn({ sessionId: id, channelId, epoch: sourceEpoch }, 'a mix that is not wanted is on the air');
    await this.live.disconnectMix(channelId);
  }
}
