import { Injectable } from '@nestjs/common';
import { DomainError, Log } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { LiveFacade } from '../../live';
import { MixingFacade } from '../../mixing';
import { HostAppSignals } from '../host-app.signals';
import { SessionMixings } from '../mix/mode/session-mixings';
import { MemberRepository } from '../seats/member.repository';
import type { CoHostSession } from './session.entity';
import { SessionRepository } from './session.repository';

/** Undoes what a session has started. Every step is idempotent and is tried again until it works. */
@Injectable()
export class SessionCleanup {
  private readonly log = new Log('co-host');

  constructor(
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly live: LiveFacade,
    private readonly conferences: ConferenceFacade,
    private readonly mixing: MixingFacade,
    private readonly mixings: SessionMixings,
    private readonly hostApp: HostAppSignals,
  ) {}

  /**
   * Puts the host's push back on the air. The channel is switched first, so the address the host then asks for already
   * outranks the mix.
   * @returns false when it must be tried again
   */
  async giveBack(session: CoHostSession): Promise<boolean> {
    if (session.returnedAt) return true;
    const { id, channelId } = session;
    const done =
      (await this.attempt(session, 'give the channel back', () => this.live.returnToHost(channelId))) &&
      (await this.attempt(session, 'ask the host to push', async () => {
        const { source } = await this.live.get(channelId);
        if (source !== 'host') this.hostApp.resumePush(session);
      }));
    if (done) await this.sessions.update(id, { returnedAt: new Date() });
    return done;
  }

  /** After the end: stops the mix and ends the conference. `cleanedAt` says that all is done. */
  async cleanUp(session: CoHostSession): Promise<void> {
    const { id, channelId, mixTaskId } = session;
    const steps: [string, () => Promise<void>][] = [
      ['stop the mix', async () => void (mixTaskId && (await this.mixing.stop(mixTaskId)))],
      ['tell whoever mixed that it is over', () => this.retireMix(session)],
      ['disconnect the mix', () => this.disconnectMix(channelId)],
      ['end the conference', () => this.leaveConference(session)],
      ['end the conference that waits', () => this.endHome(session)],
    ];
    let done = await this.giveBack(session);
    for (const [what, step] of steps) done = (await this.attempt(session, what, step)) && done;
    if (done) await this.sessions.update(id, { cleanedAt: new Date() });
  }

  private retireMix(session: CoHostSession): Promise<void> {
    this.mixings.of(session.mixingMode).retire(session);
    return Promise.resolve();
  }

  /** A conference that another session still uses (after a PK) goes on without this session's people. */
  private async leaveConference(session: CoHostSession): Promise<void> {
    const { id, conferenceId } = session;
    if (!(await this.sessions.sharesConference(session))) return this.conferences.end(conferenceId);
    const seated = await this.members.peopleOf(conferenceId);
    for (const { userId } of await this.members.ofSession(id)) {
      if (!seated.has(userId)) await this.conferences.expel(conferenceId, userId);
    }
  }

  /** For a session that moved for a PK and ended before it could go back. */
  private async endHome({ homeConferenceId }: CoHostSession): Promise<void> {
    if (homeConferenceId) await this.conferences.end(homeConferenceId);
  }

  /** A newer session's mix is left alone: the hub knows publishers of a channel by role, not by session. */
  private async disconnectMix(channelId: string): Promise<void> {
    if (!(await this.sessions.findActive(channelId))) await this.live.disconnectMix(channelId);
  }

  /** @returns false when it must be tried again; what no longer exists needn't be undone */
  private async attempt(session: CoHostSession, what: string, step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'not_found') return true;
      const { id: sessionId, channelId } = session;
      this.log.error({ err: error, sessionId, channelId, step: what }, 'could not undo a step of a session');
      return false;
    }
  }
}
