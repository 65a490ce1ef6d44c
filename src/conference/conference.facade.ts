import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { Signer } from '../auth';
import type { MemberPatch } from '../contracts';
import { DomainError, EventBus, Log } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import { isAdmitted, requireMayJoin, type Standing, standingOf } from './members/admission-rules';
import { ConferenceNodes } from './conference-nodes';
import type { Conference, ConferenceAccess, ConferencePurpose } from './conference.entity';
import {
  ConferenceChanged,
  ConferenceEnded,
  type ConferenceMemberRecord,
  ConferenceMemberChanged,
} from './conference.events';
import { RequestRepository } from './admission/request.repository';
import { ConferenceRepository } from './conference.repository';
import { NumberLookups } from './number-lookups';
import { conferenceStates } from './conference.state';
import { permissionsOf, toRecord } from './conference.view';
import { MemberAdmission, type Person, type Terms } from './members/member-admission';
import { MemberRepository } from './members/member.repository';
import { isPresent } from './members/member.state';
import { conferenceNumber } from './conference-number';

const TOKEN_TTL_SECONDS = 60;

export interface ConferenceCreation {
  title: string;
  ownerId: string;
  ownerName: string;
  access: ConferenceAccess;
  /** Default: none. */
  memberLimit?: number;
  /** Default: `meeting`. */
  purpose?: ConferencePurpose;
  /** The owner is admitted always. */
  admitted: Person[];
}

/** A conference as other rooms see it. */
export type ConferenceRecord = Pick<
  Conference,
  'id' | 'number' | 'title' | 'ownerId' | 'purpose' | 'access' | 'state'
>;

/** What a member's app needs to connect to MAS. */
export interface JoinAccess {
  memberId: string;
  url: string;
  token: string;
}

/** Conference control for the other rooms. It checks no permission: ConferenceService does that, for REST. */
@Injectable()
export class ConferenceFacade {
  private readonly log = new Log('conference');

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly bus: EventBus,
    private readonly signer: Signer,
    private readonly conferences: ConferenceRepository,
    private readonly memberRows: MemberRepository,
    private readonly admission: MemberAdmission,
    private readonly nodes: ConferenceNodes,
    private readonly lookups: NumberLookups,
    private readonly requests: RequestRepository,
  ) {}

  async create(p: ConferenceCreation, tx?: EntityManager): Promise<{ id: string; number: string }> {
    return this.within(tx, async (run) => {
      const conference = await this.insert(p, run);
      const people = new Map(p.admitted.map((person) => [person.userId, person]));
      people.set(p.ownerId, { userId: p.ownerId, name: p.ownerName });
      for (const person of people.values()) await this.admission.admit(conference.id, person, run);
      this.log.info({ conferenceId: conference.id, userId: p.ownerId }, 'conference created');
      return { id: conference.id, number: conference.number };
    });
  }

  /**
   * Admits a user, also one who was removed before. Idempotent; the moderator is the one who was named last.
   * @throws DomainError conference_not_found, conference_ended
   */
  async admit(
    conferenceId: string,
    userId: string,
    name: string,
    tx?: EntityManager,
    terms?: Terms,
  ): Promise<void> {
    await this.within(tx, async (run) => {
      await this.lockOpen(conferenceId, run);
      await this.admission.admit(conferenceId, { userId, name }, run, terms);
    });
  }

  /**
   * Makes the person a member, unless they are one, and grants access to MAS (the token is good for 60 s).
   * @throws DomainError conference_not_found, conference_ended, not_admitted, conference_locked, approval_needed,
   *   conference_full, media_unavailable
   */
  async join(conferenceId: string, person: Person): Promise<JoinAccess> {
    const found = await this.get(conferenceId);
    requireMayJoin(found, await this.memberRows.find(conferenceId, person.userId));
    const node = await this.nodes.place(found);
    const member = await this.within(undefined, async (run) => {
      const conference = await this.lockOpen(conferenceId, run);
      return this.admission.join(conference, person, run);
    });
    const { memberId, permissionsVersion } = member;
    const { userId, name } = person;
    const grant = { conferenceId, memberId, userId, name, ...permissionsOf(member), permissionsVersion };
    const token = await this.signer.sign('mas', grant, TOKEN_TTL_SECONDS);
    return { memberId, url: webSocketUrl(node.mediaUrl, '/mas'), token };
  }

  /**
   * The member has left, the MAS connection is closed, and for access `members` they can't come back. Idempotent.
   * @param admission the admission that is meant (ConferenceMemberRecord): a member admitted again since stays; default: any
   */
  async expel(conferenceId: string, userId: string, admission?: number): Promise<void> {
    await this.depart(conferenceId, userId, 'removed', admission);
    await this.bus.transaction(this.db, async (tx) => {
      const [row] = await this.memberRows.forbidReturn(conferenceId, userId, admission, tx);
      if (row) this.bus.publish(new ConferenceMemberChanged(conferenceId, toRecord(row)));
    });
  }

  /** The member leaves and may come back. Idempotent. */
  async leave(conferenceId: string, userId: string): Promise<void> {
    await this.depart(conferenceId, userId, 'left');
  }

  /**
   * Mutes or unmutes a member, or sets how loud they are in mixes; what isn't named stays. Only the host unmutes what the
   * host has muted, and the host can't switch on what the member has switched off.
   * @param wanted with a gain only by whoever may set it (host, admin)
   * @returns `applied`: the media node has it; false: it is told again until it has
   * @throws DomainError member_not_found, muted_by_host
   */
  async setPermissions(
    conferenceId: string,
    userId: string,
    wanted: MemberPatch,
    by: 'self' | 'host',
  ): Promise<{ member: ConferenceMemberRecord; applied: boolean }> {
    const row = await this.bus.transaction(this.db, async (tx) => {
      const [after] = await this.memberRows.allow(conferenceId, userId, wanted, by, tx);
      if (!after) return null;
      this.bus.publish(new ConferenceMemberChanged(conferenceId, toRecord(after)));
      return after;
    });
    if (!row) {
      const now = await this.memberRows.find(conferenceId, userId);
      if (!now || !isPresent(now)) throw new DomainError('member_not_found', { userId });
      throw new DomainError('muted_by_host');
    }
    const { nodeId } = await this.get(conferenceId);
    return { member: toRecord(row), applied: await this.nodes.setPermissions(nodeId, row) };
  }

  /**
   * What isn't named stays. It holds for who joins from now on.
   * @throws DomainError conference_not_found, conference_ended
   */
  async configure(
    conferenceId: string,
    set: Partial<Pick<Conference, 'title' | 'access' | 'locked' | 'memberLimit'>>,
  ): Promise<void> {
    const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0) return;
    await this.within(undefined, async (run) => {
      await this.lockOpen(conferenceId, run);
      await this.conferences.update(conferenceId, given, run);
      this.bus.publish(new ConferenceChanged(conferenceId));
    });
  }

  /**
   * Ends the conference for everybody; nobody can join again. Idempotent.
   * @param by the owner, who may not while it has members with another moderator; default: ends in any case
   * @throws DomainError not_allowed
   */
  async end(conferenceId: string, by?: string): Promise<void> {
    const ended = await this.within(undefined, async (run) => {
      // While the lock is held nobody is admitted.
      if (by !== undefined && (await this.conferences.lock(conferenceId, run))) {
        await this.requireSoleModerator(conferenceId, by, run);
      }
      const row = await this.conferences.end(conferenceId, run);
      if (!row) return null;
      await this.memberRows.endAll(conferenceId, run);
      await this.requests.clear(conferenceId, run);
      this.bus.publish(new ConferenceEnded(conferenceId));
      return row;
    });
    if (!ended) return;
    this.log.info({ conferenceId }, 'conference ended');
    await this.nodes.closeConference(ended.nodeId, conferenceId);
  }

  /** By its id or its number; null for anything else. @throws DomainError rate_limited: too many unknown numbers */
  find(idOrNumber: string): Promise<ConferenceRecord | null> {
    return this.lookups.find(idOrNumber);
  }

  findMany(ids: string[]): Promise<ConferenceRecord[]> {
    return this.conferences.findMany(ids);
  }

  async standing(conferenceId: string, userId: string): Promise<Standing> {
    return standingOf(await this.memberRows.find(conferenceId, userId));
  }

  /** User ids of all whose standing is `member`. */
  async memberIds(conferenceId: string): Promise<string[]> {
    return (await this.memberRows.list([conferenceId])).filter(isAdmitted).map(({ userId }) => userId);
  }

  /** Everybody who is or was a member, with their latest state; in the order they first came. */
  async members(conferenceId: string): Promise<ConferenceMemberRecord[]> {
    return (await this.memberRows.list([conferenceId])).map(toRecord);
  }

  /** As `members`, of several conferences, by their ids. */
  async membersOf(conferenceIds: string[]): Promise<Map<string, ConferenceMemberRecord[]>> {
    const members = new Map(conferenceIds.map((id) => [id, [] as ConferenceMemberRecord[]]));
    for (const row of await this.memberRows.list(conferenceIds)) {
      members.get(row.conferenceId)?.push(toRecord(row));
    }
    return members;
  }

  /**
   * Egress WebSocket of the node that carries the conference, and a signed token (60 s) for this task.
   * @throws DomainError conference_not_found, conference_ended, media_unavailable
   */
  async egressAccess(conferenceId: string, taskId: string): Promise<{ url: string; token: string }> {
    const [node, token] = await Promise.all([
      this.get(conferenceId).then((conference) => this.nodes.place(conference)),
      this.signer.sign('egress', { conferenceId, taskId }, TOKEN_TTL_SECONDS),
    ]);
    // Mixers are on the servers' own network; MAS sends its UDP to the address that the WebSocket comes from.
    return { url: webSocketUrl(node.controlUrl, '/mas/egress'), token };
  }

  get iceServers(): RuntimeConfig['ICE_SERVERS'] {
    return this.config.ICE_SERVERS;
  }

  /** @throws DomainError not_allowed */
  private async requireSoleModerator(
    conferenceId: string,
    ownerId: string,
    tx: EntityManager,
  ): Promise<void> {
    if (await this.memberRows.hasOtherModerators(conferenceId, ownerId, tx)) {
      throw new DomainError('not_allowed', { action: 'end a conference that others share' });
    }
  }

  /** @throws DomainError conference_not_found */
  private async get(conferenceId: string): Promise<Conference> {
    const conference = await this.conferences.find(conferenceId);
    if (!conference) throw new DomainError('conference_not_found', { conferenceId });
    return conference;
  }

  private async lockOpen(conferenceId: string, tx: EntityManager): Promise<Conference> {
    const conference = await this.conferences.lock(conferenceId, tx);
    if (!conference) throw new DomainError('conference_not_found', { conferenceId });
    if (conferenceStates.isFinal(conference.state)) throw new DomainError('conference_ended');
    return conference;
  }

  private async insert(p: ConferenceCreation, tx: EntityManager): Promise<Conference> {
    const conference: Conference = {
      id: randomUUID(),
      number: conferenceNumber(),
      title: p.title,
      ownerId: p.ownerId,
      purpose: p.purpose ?? 'meeting',
      access: p.access,
      locked: false,
      memberLimit: p.memberLimit ?? null,
      state: conferenceStates.initial,
      nodeId: null,
      createdAt: new Date(),
      endedAt: null,
    };
    while (!(await this.conferences.insert(conference, tx))) conference.number = conferenceNumber();
    return conference;
  }

  private async depart(
    conferenceId: string,
    userId: string,
    reason: 'left' | 'removed',
    admission?: number,
  ): Promise<void> {
    const member = await this.bus.transaction(this.db, async (tx) => {
      const [row] = await this.memberRows.leave(conferenceId, userId, reason, admission, tx);
      if (row) this.bus.publish(new ConferenceMemberChanged(conferenceId, toRecord(row)));
      return row;
    });
    if (!member) return;
    this.log.info({ conferenceId, userId, memberId: member.memberId, reason }, 'member left');
    const { nodeId } = await this.get(conferenceId);
    await this.nodes.closeMember(nodeId, conferenceId, member.memberId);
  }

  /** In the caller's transaction, else in a new one. */
  private within<T>(tx: EntityManager | undefined, work: (run: EntityManager) => Promise<T>): Promise<T> {
    return tx ? work(tx) : this.bus.transaction(this.db, work);
  }
}

function webSocketUrl(httpUrl: string, path: string): string {
  return httpUrl.replace(/^http/, 'ws') + path;
}
