import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { DomainError, EventBus } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { MemberState } from '../../contracts';
import { requireMayJoin } from './admission-rules';
import { ConferenceMember } from './conference-member.entity';
import type { Conference } from '../conference.entity';
import { ConferenceMemberChanged } from '../conference.events';
import { toRecord } from '../conference.view';
import { MemberRepository } from './member.repository';
import { isInCall, isPresent, memberStates } from './member.state';

export interface Person {
  userId: string;
  name: string;
}

/** The member's own choice, what the host has muted, and how loud the host has made them. */
export type Mutes = Pick<
  ConferenceMember,
  'audio' | 'video' | 'audioMutedByHost' | 'videoMutedByHost' | 'gain'
>;

/** On which somebody is admitted. */
export interface Terms {
  /** How the member begins; default: not muted at all. */
  mutes?: Mutes;
  /** Who may mute and remove the member; default: the conference's owner. */
  moderatorId?: string;
}

/** What a browser gets at least to ask for devices and connect. */
const MIN_CONNECT_MS = 20_000;

/** How somebody becomes a member. All of it runs in a transaction that holds the conference's lock. */
@Injectable()
export class MemberAdmission {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly bus: EventBus,
    private readonly members: MemberRepository,
  ) {}

  async admit(conferenceId: string, person: Person, tx: EntityManager, terms: Terms = {}): Promise<void> {
    const { mutes, moderatorId = null } = terms;
    const member = await this.members.find(conferenceId, person.userId, tx);
    if (member) await this.members.countAdmission(member, moderatorId, tx);
    // A member who was about to count as gone gets more time.
    if (member?.state === 'joined') await this.members.move(member, { graceDeadline: this.deadline() }, tx);
    if (member && isPresent(member)) return;
    const set = { ...mutes, moderatorId };
    this.changed(
      member
        ? await this.members.move(member, { ...newMembership(person), ...set, state: 'invited' }, tx)
        : await this.insert(conferenceId, person, 'invited', null, tx, set),
    );
  }

  /** A second join only takes over the name, and gives more time to connect. */
  async join(conference: Conference, person: Person, tx: EntityManager): Promise<ConferenceMember> {
    const member = await this.members.find(conference.id, person.userId, tx);
    requireMayJoin(conference, member);
    if (!member || !isInCall(member)) await this.requireRoom(conference, person.userId, tx);
    const graceDeadline = this.deadline();
    if (!member) {
      return this.changed(await this.insert(conference.id, person, 'joined', graceDeadline, tx));
    }
    if (member.state === 'connected') return member;
    if (member.state !== 'joined') memberStates.assert(member.state, 'joined');
    const to = isPresent(member) ? { name: person.name } : { ...newMembership(person), ...mutesOf(member) };
    const moved = await this.members.move(member, { ...to, state: 'joined', graceDeadline }, tx);
    // Media or a timer changed the row meanwhile: look again.
    if (!moved) return this.join(conference, person, tx);
    return member.state === 'joined' ? moved : this.changed(moved);
  }

  /** @throws DomainError conference_full */
  private async requireRoom(
    { id, ownerId, memberLimit }: Conference,
    userId: string,
    tx: EntityManager,
  ): Promise<void> {
    if (memberLimit === null || userId === ownerId) return;
    if ((await this.members.countInCall(id, tx)) < memberLimit) return;
    throw new DomainError('conference_full', { limit: memberLimit });
  }

  private deadline(): Date {
    return new Date(Date.now() + Math.max(MIN_CONNECT_MS, this.config.MEMBER_GRACE_MS));
  }

  private async insert(
    conferenceId: string,
    person: Person,
    state: MemberState,
    graceDeadline: Date | null,
    tx: EntityManager,
    set: Partial<Mutes & Pick<ConferenceMember, 'moderatorId'>> = {},
  ): Promise<ConferenceMember> {
    const row: ConferenceMember = {
      moderatorId: null,
      ...newMembership(person),
      ...set,
      conferenceId,
      userId: person.userId,
      state,
      graceDeadline,
      permissionsVersion: 1,
      sendingAudio: false,
      sendingVideo: false,
      admission: 1,
      createdAt: new Date(),
    };
    await this.members.insert(row, tx);
    return row;
  }

  private changed<T extends ConferenceMember | null>(member: T): T {
    if (member) this.bus.publish(new ConferenceMemberChanged(member.conferenceId, toRecord(member)));
    return member;
  }
}

/** How a membership begins; a new admission lifts earlier mutes, gains and removals. */
function newMembership({ name }: Person) {
  const unmuted = { audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false, gain: 1 };
  return { memberId: randomUUID() as string, name, ...unmuted, leftReason: null };
}

/** A member who leaves and joins again stays muted, and as loud. */
function mutesOf({ audioMutedByHost, videoMutedByHost, gain }: ConferenceMember) {
  return { audioMutedByHost, videoMutedByHost, gain };
}
