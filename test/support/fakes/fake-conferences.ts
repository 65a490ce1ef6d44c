import { randomUUID } from 'node:crypto';
import type { MemberPatch } from '../../../src/contracts';
import type { ConferenceCreation, ConferenceFacade, ConferenceMemberRecord } from '../../../src/conference';

type Asked = 'create' | 'admit' | 'expel' | 'end' | 'members' | 'membersOf' | 'setPermissions';

/** Conferences whose members do what a test says. */
export class FakeConferences implements Pick<ConferenceFacade, Asked> {
  readonly created: ConferenceCreation[] = [];
  readonly calls: string[] = [];
  /** Happens once, between somebody's decision to put a member out and that. */
  beforeExpel: (() => Promise<unknown>) | null = null;
  private readonly conferences = new Map<string, Map<string, ConferenceMemberRecord>>();

  create(p: ConferenceCreation): Promise<{ id: string; number: string }> {
    const id = randomUUID();
    this.created.push(p);
    this.conferences.set(id, new Map());
    for (const { userId, name } of [{ userId: p.ownerId, name: p.ownerName }, ...p.admitted]) {
      this.put(id, userId, name);
    }
    return Promise.resolve({ id, number: '123456789' });
  }

  admit(conferenceId: string, userId: string, name: string): Promise<void> {
    this.calls.push(`admit ${conferenceId} ${userId}`);
    this.put(conferenceId, userId, name);
    return Promise.resolve();
  }

  async expel(conferenceId: string, userId: string, admission?: number): Promise<void> {
    const meanwhile = this.beforeExpel;
    this.beforeExpel = null;
    await meanwhile?.();
    this.calls.push(`expel ${conferenceId} ${userId}`);
    const now = this.conferences.get(conferenceId)?.get(userId)?.admission;
    if (admission === undefined || admission === now) this.set(conferenceId, userId, { state: 'left' });
  }

  end(conferenceId: string): Promise<void> {
    this.calls.push(`end ${conferenceId}`);
    for (const member of this.conferences.get(conferenceId)?.values() ?? []) member.state = 'left';
    return Promise.resolve();
  }

  members(conferenceId: string): Promise<ConferenceMemberRecord[]> {
    const members = [...(this.conferences.get(conferenceId)?.values() ?? [])];
    return Promise.resolve(members.map((member) => ({ ...member })));
  }

  async membersOf(conferenceIds: string[]): Promise<Map<string, ConferenceMemberRecord[]>> {
    return new Map(await Promise.all(conferenceIds.map(async (id) => [id, await this.members(id)] as const)));
  }

  setPermissions(
    conferenceId: string,
    userId: string,
    allowed: MemberPatch,
    by: 'self' | 'host',
  ): Promise<{ member: ConferenceMemberRecord; applied: boolean }> {
    this.calls.push(`permissions ${conferenceId} ${userId} ${JSON.stringify(allowed)} by ${by}`);
    const { audio, video, gain } = allowed;
    const set: Partial<ConferenceMemberRecord> = {
      ...(audio === undefined ? {} : { audio }),
      ...(video === undefined ? {} : { video }),
      ...(gain === undefined ? {} : { gain }),
    };
    if (by === 'host' && audio !== undefined) set.audioMutedByHost = !audio;
    if (by === 'host' && video !== undefined) set.videoMutedByHost = !video;
    return Promise.resolve({ member: this.set(conferenceId, userId, set), applied: true });
  }

  /** What the media would bring about. */
  set(conferenceId: string, userId: string, set: Partial<ConferenceMemberRecord>): ConferenceMemberRecord {
    const member = this.conferences.get(conferenceId)?.get(userId);
    if (!member) throw new Error(`${userId} is not in conference ${conferenceId}`);
    return Object.assign(member, set);
  }

  private put(conferenceId: string, userId: string, name: string): void {
    const before = this.conferences.get(conferenceId)?.get(userId)?.admission ?? 0;
    this.conferences.get(conferenceId)?.set(userId, {
      ...{ memberId: randomUUID(), userId, name, state: 'invited' },
      ...{ audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false, gain: 1 },
      ...{ sendingAudio: false, sendingVideo: false, admission: before + 1 },
    });
  }
}
