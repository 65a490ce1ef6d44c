import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller, requireOwner } from '../../auth';
import { DomainError, EventBus } from '../../platform/common';
import type { AdmissionCreate, AdmissionRequestView, AdmissionView, ListView } from '../../contracts';
import { NamedConferences } from '../conference-access';
import { AdmissionDecided, AdmissionRequestChanged } from '../conference.events';
import { ConferenceFacade } from '../conference.facade';
import type { Conference } from '../conference.entity';
import { ConferenceRepository } from '../conference.repository';
import { conferenceStates } from '../conference.state';
import { isAdmitted, requireMayAsk } from '../members/admission-rules';
import { MemberRepository } from '../members/member.repository';
import { RequestRepository } from './request.repository';

/** Who wait at a time. */
const MAX_WAITING = 200;

/** Who is let into a conference: by its owner, on request or without. */
@Injectable()
export class AdmissionService {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly access: NamedConferences,
    private readonly control: ConferenceFacade,
    private readonly conferences: ConferenceRepository,
    private readonly members: MemberRepository,
    private readonly requests: RequestRepository,
  ) {}

  /** Idempotent. @throws DomainError conference_ended, not_admitted, conference_locked, queue_full */
  async ask(caller: Caller, idOrNumber: string): Promise<AdmissionView> {
    const { id } = await this.access.get(caller, idOrNumber);
    return this.bus.transaction(this.db, async (tx) => {
      const conference = await this.lockOpen(id, tx);
      const member = await this.members.find(id, caller.userId, tx);
      if (isAdmitted(member)) return { conferenceId: id, state: 'admitted' };
      requireMayAsk(conference, member);
      if (await this.requests.find(id, caller.userId, tx)) return { conferenceId: id, state: 'waiting' };
      if ((await this.requests.count(id, tx)) >= MAX_WAITING) {
        throw new DomainError('queue_full', { limit: MAX_WAITING });
      }
      await this.requests.insert({ conferenceId: id, userId: caller.userId, name: caller.name }, tx);
      this.told(conference, caller, true);
      return { conferenceId: id, state: 'waiting' };
    });
  }

  /** @throws DomainError not_allowed */
  async list(caller: Caller, idOrNumber: string): Promise<ListView<AdmissionRequestView>> {
    const { id } = await this.owned(caller, idOrNumber, 'see who waits to be let in');
    const items = (await this.requests.list(id)).map(({ userId, name, createdAt }) => ({
      ...{ userId, name },
      createdAt: createdAt.toISOString(),
    }));
    return { items, nextCursor: null };
  }

  /** @throws DomainError not_allowed, member_not_found */
  async refuse(caller: Caller, idOrNumber: string, userId: string): Promise<void> {
    const isSelf = caller.userId === userId;
    const conference = isSelf
      ? await this.access.get(caller, idOrNumber)
      : await this.owned(caller, idOrNumber, 'refuse who waits to be let in');
    await this.bus.transaction(this.db, async (tx) => {
      const request = await this.requests.take(conference.id, userId, tx);
      if (!request) throw new DomainError('member_not_found', { userId });
      this.told(conference, request, false);
      if (!isSelf) this.bus.publish(new AdmissionDecided(conference.id, userId, false));
    });
  }

  /** @throws DomainError not_allowed, co_host_conference, conference_ended */
  async admit(caller: Caller, idOrNumber: string, { userId, name }: AdmissionCreate): Promise<void> {
    const conference = await this.owned(caller, idOrNumber, 'let people into this conference');
    if (conference.purpose === 'co-host') throw new DomainError('co_host_conference');
    const { id } = conference;
    await this.bus.transaction(this.db, async (tx) => {
      const request = await this.requests.take(id, userId, tx);
      const known = request ?? (await this.members.find(id, userId, tx));
      await this.control.admit(id, userId, name ?? known?.name ?? userId, tx);
      if (request) this.told(conference, request, false);
      this.bus.publish(new AdmissionDecided(id, userId, true));
    });
  }

  private told(
    { id, ownerId }: Conference,
    { userId, name }: { userId: string; name: string },
    pending: boolean,
  ): void {
    this.bus.publish(new AdmissionRequestChanged(id, ownerId, userId, name, pending));
  }

  private async lockOpen(id: string, tx: EntityManager): Promise<Conference> {
    const conference = await this.conferences.lock(id, tx);
    if (!conference) throw new DomainError('conference_not_found', { conferenceId: id });
    if (conferenceStates.isFinal(conference.state)) throw new DomainError('conference_ended');
    return conference;
  }

  private async owned(caller: Caller, idOrNumber: string, action: string): Promise<Conference> {
    const conference = await this.access.get(caller, idOrNumber);
    requireOwner(caller, conference.ownerId, action, { admin: true });
    return conference;
  }
}
