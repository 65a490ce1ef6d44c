import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type ConferenceRecord, ConferenceFacade } from '../../conference';
import { MemberRepository } from '../seats/member.repository';
import { isSeated } from '../seats/seat.state';
import type { CoHostSession } from './session.entity';
import { SessionRepository } from './session.repository';

/** Moves a session's people from one conference to another. Apps go where their session's view says. */
@Injectable()
export class SessionRelocation {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly conferences: ConferenceFacade,
  ) {}

  /** To the conference of another session. The session's own conference stays open for its return. */
  toPair(session: CoHostSession, conferenceId: string, tx: EntityManager): Promise<void> {
    return this.move(session, { conferenceId, homeConferenceId: session.conferenceId }, tx);
  }

  /** Back to its own conference; to a new one if somebody has ended that meanwhile. */
  async toHome(session: CoHostSession, home: ConferenceRecord, tx: EntityManager): Promise<void> {
    const conferenceId = home.state === 'open' ? home.id : await this.newHome(session, home, tx);
    await this.move(session, { conferenceId, homeConferenceId: null }, tx);
  }

  private async newHome({ hostId, id }: CoHostSession, { title }: ConferenceRecord, tx: EntityManager) {
    const host = (await this.members.ofSession(id, tx)).find((m) => m.userId === hostId);
    const made = { title, ownerId: hostId, ownerName: host?.name ?? hostId, admitted: [] };
    return (await this.conferences.create({ ...made, access: 'members', purpose: 'co-host' }, tx)).id;
  }

  /** Everybody with a seat is admitted there, with their mutes and gains as they are. */
  private async move(
    { id, hostId }: CoHostSession,
    set: Pick<CoHostSession, 'conferenceId' | 'homeConferenceId'>,
    tx: EntityManager,
  ): Promise<void> {
    for (const member of (await this.members.ofSession(id, tx)).filter(isSeated)) {
      const { userId, name, audioMutedByHost, videoMutedByHost, gain } = member;
      const mutes = {
        ...{ audioMutedByHost, videoMutedByHost, gain },
        audio: member.audio || audioMutedByHost,
        video: member.video || videoMutedByHost,
      };
      await this.conferences.admit(set.conferenceId, userId, name, tx, { mutes, moderatorId: hostId });
    }
    await this.sessions.update(id, set, tx);
    await this.members.expectAgain(id, tx);
  }
}
