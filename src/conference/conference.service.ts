import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller, requireOwner, requireUnlimited } from '../auth';
import { DomainError, EventBus, type PageQuery } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import { requireWithin } from '../platform/database';
import type {
  ConferenceCreate,
  ConferencePatch,
  ConferenceView,
  JoinView,
  ListView,
  MemberPatch,
  MemberPatchedView,
} from '../contracts';
import { requireMaySee } from './members/admission-rules';
import type { ConferenceMember } from './members/conference-member.entity';
import type { Conference } from './conference.entity';
import { ConferenceRepository } from './conference.repository';
import { NamedConferences } from './conference-access';
import { ConferenceFacade } from './conference.facade';
import { conferenceView, memberView } from './conference.view';
import { MemberRepository } from './members/member.repository';

/** REST of conference control: who may do what, and the views. A conference is named by its id or its number. */
@Injectable()
export class ConferenceService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly control: ConferenceFacade,
    private readonly access: NamedConferences,
    private readonly conferences: ConferenceRepository,
    private readonly members: MemberRepository,
  ) {}

  /** @throws DomainError not_granted, limit_reached */
  async create(caller: Caller, p: ConferenceCreate): Promise<ConferenceView> {
    requireUnlimited(caller, 'conferences');
    const { userId, name } = caller;
    const { id } = await this.bus.transaction(this.db, async (tx) => {
      const quota = { limits: this.config.limits, limit: 'conferencesPerUser', of: userId } as const;
      await requireWithin(tx, quota, () => this.conferences.countOpen(userId, tx));
      const wanted = {
        title: p.title ?? `${name}'s conference`,
        access: p.access ?? 'open',
        memberLimit: p.memberLimit,
      };
      return this.control.create({ ...wanted, admitted: [], ownerId: userId, ownerName: name }, tx);
    });
    return this.view(await this.get(caller, id));
  }

  async list(caller: Caller, page: PageQuery): Promise<ListView<ConferenceView>> {
    const userId = caller.role === 'admin' ? null : caller.userId;
    const { rows: found, nextCursor } = await this.conferences.list(userId, caller.conferences, page);
    const members = await this.members.list(found.map(({ id }) => id));
    return { items: found.map((conference) => conferenceView(conference, members)), nextCursor };
  }

  async show(caller: Caller, idOrNumber: string): Promise<ConferenceView> {
    const conference = await this.get(caller, idOrNumber);
    requireMaySee(conference, await this.members.find(conference.id, caller.userId), caller);
    return this.view(conference);
  }

  async patch(caller: Caller, idOrNumber: string, patch: ConferencePatch): Promise<ConferenceView> {
    const conference = await this.get(caller, idOrNumber);
    requireOwner(caller, conference.ownerId, 'change this conference', { admin: true });
    if (conference.purpose === 'co-host') throw new DomainError('co_host_conference');
    await this.control.configure(conference.id, patch);
    return this.view(await this.get(caller, conference.id));
  }

  async end(caller: Caller, idOrNumber: string): Promise<void> {
    const conference = await this.get(caller, idOrNumber);
    requireOwner(caller, conference.ownerId, 'end this conference', { admin: true });
    await this.control.end(conference.id, caller.role === 'admin' ? undefined : caller.userId);
  }

  /** ConferenceFacade.join checks admission: it holds for everybody, admins included. */
  async join(caller: Caller, idOrNumber: string): Promise<JoinView> {
    const { id } = await this.get(caller, idOrNumber);
    const { memberId, url, token } = await this.control.join(id, caller);
    const conference = await this.view(await this.get(caller, id));
    return { conference, memberId, mas: { url, token, iceServers: this.control.iceServers } };
  }

  async patchMember(
    caller: Caller,
    idOrNumber: string,
    userId: string,
    patch: MemberPatch,
  ): Promise<MemberPatchedView> {
    const conference = await this.get(caller, idOrNumber);
    const by = caller.userId === userId ? 'self' : 'host';
    if (by === 'host' || patch.gain !== undefined) {
      const member = await this.members.find(conference.id, userId);
      const action = by === 'host' ? 'change this member' : 'set how loud you are';
      requireOwner(caller, moderatorOf(conference, member), action, { admin: true });
    }
    const { member, applied } = await this.control.setPermissions(conference.id, userId, patch, by);
    return { ...memberView(member), applied };
  }

  /** Of oneself: leaves, and may come back. Of another: removes them. */
  async removeMember(caller: Caller, idOrNumber: string, userId: string): Promise<void> {
    const conference = await this.get(caller, idOrNumber);
    if (caller.userId === userId) return this.control.leave(conference.id, userId);
    const member = await this.members.find(conference.id, userId);
    requireOwner(caller, moderatorOf(conference, member), 'remove this member', { admin: true });
    if (!member) throw new DomainError('member_not_found', { userId });
    await this.control.expel(conference.id, userId);
  }

  private get(caller: Caller, idOrNumber: string): Promise<Conference> {
    return this.access.get(caller, idOrNumber);
  }

  private async view(conference: Conference): Promise<ConferenceView> {
    return conferenceView(conference, await this.members.list([conference.id]));
  }
}

/** Who may mute and remove the member. */
function moderatorOf({ ownerId }: Conference, member: ConferenceMember | null): string {
  return member?.moderatorId ?? ownerId;
}
