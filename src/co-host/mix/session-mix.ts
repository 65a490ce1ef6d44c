import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { SerialQueue } from '../../platform/common';
import type { Layout, MixingMode, MixOutput } from '../../contracts';
import type { ChannelRecord } from '../../live';
import type { MixSeat } from '../../media/contract';
import { MixingFacade, type MixTaskRecord } from '../../mixing';
import type { CoHostSession } from '../session/session.entity';
import { SessionRepository } from '../session/session.repository';
import { MIXING_STATES } from '../session/session.state';
import { SeatRepository } from '../seats/seat.repository';
import { mixOutput, mixScene } from './mix-scene';
import { SessionChanges } from '../session/session-changes';

/** Rounds of `sync`; each one is needed only when a seat changed during the one before. */
const MAX_ROUNDS = 5;
/** Starts that may wait; the sweep makes up for more. */
const MAX_STARTING = 1000;

/** What a mix shows, and where it gets it. */
interface Shown {
  layout: Layout;
  seats: MixSeat[];
  conferenceId: string;
  output: MixOutput;
}

/** Keeps a session's mix task as the session wants it. Level-triggered: whoever calls it, when and how often. */
@Injectable()
export class SessionMix {
  /**
   * A start holds the session's lock while mixing reads on a connection of its own. Many at once could take all
   * connections of the pool and wait for one more for ever.
   */
  private readonly starting = new SerialQueue(MAX_STARTING);

  constructor(
    private readonly mixing: MixingFacade,
    private readonly sessions: SessionRepository,
    private readonly seats: SeatRepository,
    private readonly changes: SessionChanges,
  ) {}

  /** The mix task of a connecting or live session; started where there is none, or where it was stopped. */
  async ensure(session: CoHostSession, channel: ChannelRecord): Promise<MixTaskRecord | null> {
    const task = session.mixTaskId ? await this.mixing.find(session.mixTaskId) : null;
    if (task && task.state !== 'stopped' && task.state !== 'stopping') return task;
    await this.change(session.id, async (now, tx) => {
      if (now.mixTaskId !== session.mixTaskId || !MIXING_STATES.includes(now.state)) return false;
      const { id } = await this.start(now, channel, now.mixingMode, tx);
      await this.sessions.update(now.id, { mixTaskId: id }, tx);
      return true;
    });
    const { mixTaskId } = (await this.sessions.find(session.id)) ?? session;
    return mixTaskId ? this.mixing.find(mixTaskId) : null;
  }

  /** Is there a mix that goes on, or will again? */
  async isUp({ mixTaskId }: CoHostSession): Promise<boolean> {
    const task = mixTaskId ? await this.mixing.find(mixTaskId) : null;
    return task !== null && task.state !== 'stopped' && task.state !== 'failed';
  }

  /** A change of the session (SessionChanges.change) whose `work` starts a mix. */
  change(
    id: string,
    work: (session: CoHostSession, tx: EntityManager) => Promise<boolean>,
  ): Promise<boolean> {
    return this.starting.run('', () => this.changes.change(id, work));
  }

  /**
   * Task row and the pointer to it are one commit, so that no task is ever nobody's. With its first mix the session
   * has its output.
   * @param tx of `change`
   */
  async start(
    session: CoHostSession,
    channel: ChannelRecord,
    mode: MixingMode,
    tx: EntityManager,
  ): Promise<MixTaskRecord> {
    const output = session.output ?? mixOutput(channel.output, channel.hostVideo);
    if (!session.output) await this.sessions.update(session.id, { output }, tx);
    return this.mixing.start(
      {
        channelId: session.channelId,
        reason: { type: 'co-host', id: session.id },
        ...(await this.shown(session, output, tx)),
        mode,
      },
      tx,
    );
  }

  /**
   * Brings layout, seats, conference and output of the session to its mix task. It compares again after each write: of two that run at
   * the same time the last writer sees what the other's session was like, so no stale seat list survives.
   * @param target the mix that is to take over; default: the session's own
   */
  async sync(sessionId: string, target?: string): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const session = await this.sessions.find(sessionId);
      const taskId = target ?? session?.mixTaskId;
      if (!session || !taskId) return;
      const task = await this.mixing.find(taskId);
      if (!task || ['stopping', 'stopped', 'failed'].includes(task.state)) return;
      const wanted = await this.shown(session, session.output ?? task.output);
      const { layout, seats, conferenceId, output } = task;
      if (isDeepStrictEqual({ layout, seats, conferenceId, output }, wanted)) return;
      await this.mixing.update(task.id, wanted);
    }
  }

  /** What the mix of a session is to show; of a paired one the people of both. */
  private async shown(session: CoHostSession, output: MixOutput, tx?: EntityManager): Promise<Shown> {
    const { id, conferenceId } = session;
    const own = await this.seats.members(id, tx);
    return { ...mixScene(session, own, await this.seats.opponents(session, tx)), conferenceId, output };
  }
}

/** Does the hub say that viewers see this mix, not one of an earlier session or a mix that it takes over from? */
export function isShown(
  { epoch }: MixTaskRecord,
  { source, sourceEpoch }: ChannelRecord,
  mixEpoch?: number,
): boolean {
  const shown = mixEpoch ?? (source === 'mix' ? sourceEpoch : null);
  return epoch !== null && shown !== null && shown >= epoch;
}
