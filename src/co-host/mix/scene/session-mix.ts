import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { MixingMode, MixOutput } from '../../../contracts';
import { hasPassed } from '../../../platform/common';
import type { ChannelRecord } from '../../../live';
import {
  isOnAir,
  isWaiting,
  MixBinding,
  type MixContent,
  MixingFacade,
  type MixTaskRecord,
  shows,
} from '../../../mixing';
import type { CoHostMember } from '../../seats/member.entity';
import { MemberRepository } from '../../seats/member.repository';
import { SessionChanges } from '../../session/session-changes';
import type { CoHostSession } from '../../session/session.entity';
import { SessionRepository } from '../../session/session.repository';
import { mixingStates } from '../../session/session.state';
import { mixOutput, mixScene } from './mix-scene';

/** The mix of a session: shows its people, or the people of both sessions of a pair. */
@Injectable()
export class SessionMix extends MixBinding<CoHostSession> {
  constructor(
    mixing: MixingFacade,
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    changes: SessionChanges,
  ) {
    super('co-host', mixing, sessions, changes);
  }

  /**
   * Whether viewers see this task's mix. If the hub's report was missed, a connected push of our own mixer counts too.
   */
  isSeen(task: MixTaskRecord, channel: ChannelRecord, mixEpoch?: number): boolean {
    return isOnAir(task, channel, mixEpoch) || (channel.source === 'mix' && this.mixing.isPushing(task));
  }

  /**
   * From when on the session has its time for connecting: a mix that no mixer had room for has no time lost.
   * @param task its mix; null: it has none yet
   * @returns null: the mix waits for a mixer
   */
  connectingSince({ createdAt }: CoHostSession, task: MixTaskRecord | null): Date | null {
    if (task && isWaiting(task)) return null;
    return task?.begunAt && task.begunAt > createdAt ? task.begunAt : createdAt;
  }

  /** Whether the mix hasn't come on the air within `timeoutMs`. @param task as in `connectingSince` */
  isLate(session: CoHostSession, task: MixTaskRecord | null, timeoutMs: number): boolean {
    const since = this.connectingSince(session, task);
    return since !== null && hasPassed(since, timeoutMs);
  }

  /**
   * Whether the mix shows what it should.
   * @param opponents of the paired session, while that is active; null: there is none
   */
  isCurrent(
    session: CoHostSession,
    task: MixTaskRecord,
    own: readonly CoHostMember[],
    opponents: readonly CoHostMember[] | null,
  ): boolean {
    return shows(task, contentOf(session, session.output ?? task.output, own, opponents));
  }

  protected wantsMix({ state }: CoHostSession): boolean {
    return mixingStates.includes(state);
  }

  protected modeOf({ mixingMode }: CoHostSession): MixingMode {
    return mixingMode;
  }

  /** The first mix also fixes the session's output. */
  protected async firstContent(
    session: CoHostSession,
    channel: ChannelRecord,
    tx: EntityManager,
  ): Promise<MixContent> {
    const output = session.output ?? mixOutput(channel.output, channel.hostVideo);
    if (!session.output) await this.sessions.update(session.id, { output }, tx);
    return this.mixContent(session, output, tx);
  }

  protected content(session: CoHostSession, task: MixTaskRecord): Promise<MixContent> {
    return this.mixContent(session, session.output ?? task.output);
  }

  private async mixContent(
    session: CoHostSession,
    output: MixOutput,
    tx?: EntityManager,
  ): Promise<MixContent> {
    const own = await this.members.ofSession(session.id, tx);
    return contentOf(session, output, own, await this.members.opponents(session, tx));
  }
}

function contentOf(
  session: CoHostSession,
  output: MixOutput,
  own: readonly CoHostMember[],
  opponents: readonly CoHostMember[] | null,
): MixContent {
  return { ...mixScene(session, own, opponents), conferenceId: session.conferenceId, output };
}
