/** A conference on this node: its members, the mixers that receive it, and one place that brings all up to date. */
import type { MasCloseCode, MasSource } from '../../contracts';
import type { ConferenceSnapshot, NodeEvent } from '../contract';
import type { Egress } from './egress/egress';
import type { Participant } from './participant';

type MemberEvent = Extract<NodeEvent, { type: 'member' }>;

export class Conference {
  private readonly members = new Map<string, Participant>();
  private readonly egresses = new Set<Egress>();
  private readonly told = new Map<string, string>();
  private updating = false;

  constructor(
    readonly id: string,
    private readonly onMember: (event: MemberEvent) => void,
  ) {}

  get empty(): boolean {
    return this.members.size === 0 && this.egresses.size === 0;
  }

  get participants(): IterableIterator<Participant> {
    return this.members.values();
  }

  member(memberId: string): Participant | undefined {
    return this.members.get(memberId);
  }

  /** A second connection of the same member takes the place of the first. */
  join(participant: Participant): void {
    const before = this.members.get(participant.memberId);
    this.members.set(participant.memberId, participant);
    before?.close('replaced', 'joined from elsewhere');
    this.changed();
  }

  leave(participant: Participant): void {
    if (this.members.get(participant.memberId) !== participant) return;
    this.members.delete(participant.memberId);
    this.tell(participant, false);
    this.told.delete(participant.memberId);
    this.changed();
  }

  addEgress(egress: Egress): void {
    this.egresses.add(egress);
    this.changed();
  }

  removeEgress(egress: Egress): void {
    this.egresses.delete(egress);
  }

  others(self: Participant): Participant[] {
    return [...this.members.values()].filter((member) => member !== self);
  }

  /** Something changed: everybody is brought up to date once, however many changes come at the same moment. */
  changed(): void {
    if (this.updating) return;
    this.updating = true;
    queueMicrotask(() => {
      this.updating = false;
      for (const member of this.members.values()) {
        member.update(this.others(member));
        this.tell(member, member.connected);
      }
      for (const egress of this.egresses) egress.update([...this.members.values()]);
    });
  }

  scan(now: number): void {
    for (const member of this.members.values()) member.scan(now);
    for (const egress of this.egresses) egress.scan();
  }

  close(code: MasCloseCode, detail: string): void {
    for (const member of [...this.members.values()]) member.close(code, detail);
    for (const egress of [...this.egresses]) egress.close(code, detail);
  }

  snapshot(): ConferenceSnapshot {
    const members = [...this.members.values()].map((member) => {
      const { memberId, userId, audio, video } = member.view();
      const { connected, permissions } = member;
      return { memberId, userId, connected, audio, video, permissions };
    });
    return { conferenceId: this.id, members };
  }

  private tell(member: Participant, connected: boolean): void {
    const sends = (source: MasSource): boolean => connected && !!member.forwarded(source);
    const { memberId, userId, permissions } = member;
    const state = { connected, audio: sends('microphone'), video: sends('camera'), permissions };
    const text = JSON.stringify(state);
    const before = this.told.get(memberId);
    // A member who never connected is not worth an event.
    if (text === before || (before === undefined && !connected)) return;
    this.told.set(memberId, text);
    this.onMember({ type: 'member', conferenceId: this.id, memberId, userId, ...state });
  }
}
