import { Inject, Injectable } from '@nestjs/common';
import { hasPassed } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { ConferenceFacade, type ConferenceMemberRecord } from '../../conference';
import { type ChannelRecord, LiveFacade } from '../../live';
import { isLive, MixingFacade, type MixTaskRecord } from '../../mixing';
import { byId } from '../../shared/by-id';
import { SessionMixings } from '../mix/mode/session-mixings';
import { SessionMix } from '../mix/scene/session-mix';
import { MixSwitchRepository } from '../mix/switch/mix-switch.repository';
import { absentOf, isDeserted, isHostLost } from '../seats/absence';
import type { CoHostMember } from '../seats/member.entity';
import { MemberRepository } from '../seats/member.repository';
import { seatChanges } from '../seats/seat-changes';
import { isSeated } from '../seats/seat.state';
import type { CoHostSession } from './session.entity';
import { SessionRepository } from './session.repository';
import { mixingStates, sessionStates } from './session.state';

/** What is known of all sessions at one look. */
interface Facts {
  sessions: Map<string, CoHostSession>;
  members: Map<string, CoHostMember[]>;
  conferences: Map<string, ConferenceMemberRecord[]>;
  channels: Map<string, ChannelRecord>;
  tasks: Map<string, MixTaskRecord>;
  switching: Set<string>;
  /** By conference: user ids of all who have a seat in one of its sessions, and of the hosts. */
  people: Map<string, Set<string>>;
}

/**
 * Finds the sessions for which something is to be done, by as many statements for a thousand as for one. What ends or isn't
 * cleaned up is always looked after, and a session with a mix where it differs from what the rooms below say: each
 * question here is that of a step of SessionFlow, SeatMembership or SeatRemoval.
 */
@Injectable()
export class SessionInspection {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly switches: MixSwitchRepository,
    private readonly mix: SessionMix,
    private readonly mixings: SessionMixings,
    private readonly mixing: MixingFacade,
    private readonly live: LiveFacade,
    private readonly conferences: ConferenceFacade,
  ) {}

  async due(): Promise<CoHostSession[]> {
    const all = await this.sessions.unfinished();
    const running = all.filter(isMixing);
    if (running.length === 0) return all;
    const facts = await this.look(all, running);
    return all.filter((session) => !isMixing(session) || this.isDue(session, facts));
  }

  private async look(all: CoHostSession[], running: CoHostSession[]): Promise<Facts> {
    const taskIds = running.flatMap(({ mixTaskId }) => mixTaskId ?? []);
    // Conferences before seats: who is just being seated has the seat when they are in the conference.
    const conferences = await this.conferences.membersOf(running.map(({ conferenceId }) => conferenceId));
    const members = await this.members.ofSessions(all.map(({ id }) => id));
    return {
      sessions: byId(all),
      members,
      conferences,
      channels: byId(await this.live.getMany(running.map(({ channelId }) => channelId))),
      tasks: byId(await this.mixing.findMany(taskIds)),
      switching: await this.switches.sessionsIn(running.map(({ id }) => id)),
      people: peopleOf(all, members),
    };
  }

  private isDue(session: CoHostSession, facts: Facts): boolean {
    const task = session.mixTaskId === null ? undefined : facts.tasks.get(session.mixTaskId);
    const channel = facts.channels.get(session.channelId);
    if (!task || !isLive(task.state) || !channel || facts.switching.has(session.id)) return true;
    if (session.channelMode !== channel.mixingMode) return true;
    if (session.state === 'connecting' && this.isConnectingOver(session, task, channel)) return true;
    if (this.isSeatDue(session, facts)) return true;
    const own = facts.members.get(session.id) ?? [];
    if (!this.mix.isCurrent(session, task, own, opponentsOf(session, facts))) return true;
    return !this.mixings.of(task.mode).isWell(session, task, channel);
  }

  private isConnectingOver(session: CoHostSession, task: MixTaskRecord, channel: ChannelRecord): boolean {
    const isLate = this.mix.isLate(session, task, this.config.CONNECTING_TIMEOUT_MS);
    return isLate || this.mix.isSeen(task, channel);
  }

  /** Do the seats and the conference differ, is somebody there who has no seat, or nobody where somebody should be? */
  private isSeatDue({ id, conferenceId, createdAt }: CoHostSession, facts: Facts): boolean {
    const members = facts.members.get(id) ?? [];
    const conference = facts.conferences.get(conferenceId) ?? [];
    const people = facts.people.get(conferenceId);
    if (!members.some((m) => m.role === 'host' && isSeated(m))) return true;
    if (seatChanges(members, conference).length > 0) return true;
    if (conference.some((m) => m.state !== 'left' && !people?.has(m.userId))) return true;
    const timeout = this.config.CONNECTING_TIMEOUT_MS;
    if (!hasPassed(createdAt, timeout)) return false;
    const absent = absentOf(members, conference, new Date(Date.now() - timeout));
    return absent.some((m) => m.role === 'guest') || isHostLost(absent) || isDeserted(members, conference);
  }
}

function isMixing({ state }: CoHostSession): boolean {
  return mixingStates.includes(state);
}

function opponentsOf({ pairedWith }: CoHostSession, { sessions, members }: Facts): CoHostMember[] | null {
  const paired = pairedWith === null ? undefined : sessions.get(pairedWith);
  return paired && !sessionStates.isFinal(paired.state) ? (members.get(paired.id) ?? []) : null;
}

function peopleOf(sessions: CoHostSession[], members: Facts['members']): Facts['people'] {
  const people: Facts['people'] = new Map();
  for (const { id, conferenceId, hostId, state } of sessions) {
    const of = people.get(conferenceId) ?? new Set();
    people.set(conferenceId, of);
    for (const member of (members.get(id) ?? []).filter(isSeated)) of.add(member.userId);
    if (!sessionStates.isFinal(state)) of.add(hostId);
  }
  return people;
}
