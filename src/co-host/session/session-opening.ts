import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { ConferenceFacade } from '../../conference';
import { type ChannelRecord, requireNotSuspended } from '../../live';
import { MemberRepository } from '../seats/member.repository';
import type { CoHostSession } from './session.entity';
import { SessionRepository } from './session.repository';
import { sessionStates } from './session.state';

export interface OpeningOptions {
  /** Who is admitted to the conference, beside the host. */
  admitted: { userId: string; name: string }[];
  /** An existing conference; default: a new one of the host's. */
  conferenceId?: string;
  endsWithPair?: boolean;
}

/** Makes the session of a channel that has none, with the host on seat 0. */
@Injectable()
export class SessionOpening {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly conferences: ConferenceFacade,
  ) {}

  /** Under the channel's lock. @throws DomainError channel_suspended, conference_not_found, conference_ended */
  async open(channel: ChannelRecord, options: OpeningOptions, tx: EntityManager): Promise<CoHostSession> {
    requireNotSuspended(channel);
    const { id: channelId, ownerId, ownerName, layout, mixingMode, seatLimit } = channel;
    const session = await this.sessions.insert(
      {
        id: randomUUID(),
        channelId,
        conferenceId: await this.conference(channel, options, tx),
        hostId: ownerId,
        state: sessionStates.initial,
        layout,
        seatLimit,
        mixingMode,
        channelMode: mixingMode,
        endsWithPair: options.endsWithPair ?? false,
        createdAt: new Date(),
      },
      tx,
    );
    const host = { id: randomUUID(), sessionId: session.id, userId: ownerId, name: ownerName };
    await this.members.insert({ ...host, seat: 0, role: 'host' }, tx);
    return session;
  }

  private async conference(
    { title, ownerId, ownerName }: ChannelRecord,
    { conferenceId, admitted }: OpeningOptions,
    tx: EntityManager,
  ): Promise<string> {
    if (!conferenceId) {
      const made = { title, ownerId, ownerName, access: 'members', purpose: 'co-host', admitted } as const;
      return (await this.conferences.create(made, tx)).id;
    }
    for (const { userId, name } of [{ userId: ownerId, name: ownerName }, ...admitted]) {
      await this.conferences.admit(conferenceId, userId, name, tx, { moderatorId: ownerId });
    }
    return conferenceId;
  }
}
