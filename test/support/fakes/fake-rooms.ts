import { EventEmitter, once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../src/platform/common';
import type { ConferenceCreation, ConferenceMember, ConferenceFacade } from '../../../src/conference';
import type { ServerToClientEvents } from '../../../src/contracts';
import type { ImFacade, ChatFacade, RestrictionFacade } from '../../../src/im';
import type { ChannelRecord, LiveFacade } from '../../../src/live';
import type { MixingFacade, MixStart, MixTaskRecord } from '../../../src/mixing';

type Door<T, K extends keyof T> = Pick<T, K>;
type SignalName = keyof ServerToClientEvents;

export interface Signal {
  /** `user:<id>` or `room:<channelId>`. */
  to: string;
  event: SignalName;
  payload: unknown;
}

/** Channels as a test says they are; what the hub is asked for is written down. */
export class FakeLive implements Door<LiveFacade, 'get' | 'returnToHost' | 'disconnectMix'> {
  readonly calls: string[] = [];
  readonly channels = new Map<string, ChannelRecord>();

  add(more: Partial<ChannelRecord> = {}): ChannelRecord {
    const channel: ChannelRecord = {
      id: randomUUID(),
      title: 'Evening show',
      ownerId: 'host',
      ownerName: 'Hana',
      mixingMode: 'server',
      clientMixFallback: 'hold',
      layout: { kind: 'grid', fit: 'crop', background: '#000000' },
      output: { width: 640, height: 360, fps: 15, gop: 30, videoBitrate: 800_000, audioBitrate: 96_000 },
      seatLimit: 9,
      source: 'host',
      sourceEpoch: 1,
      epoch: 1,
      hostEpoch: 1,
      nodeId: 'node-1',
      viewers: 0,
      hostPublishing: true,
      mixEpochs: [],
      hostVideo: null,
      ...more,
    };
    this.channels.set(channel.id, channel);
    return channel;
  }

  get(channelId: string): Promise<ChannelRecord> {
    const channel = this.channels.get(channelId);
    if (!channel) return Promise.reject(new DomainError('channel_not_found', { channelId }));
    return Promise.resolve({ ...channel });
  }

  returnToHost(channelId: string): Promise<void> {
    this.calls.push(`returnToHost ${channelId}`);
    return Promise.resolve();
  }

  disconnectMix(channelId: string): Promise<void> {
    this.calls.push(`disconnectMix ${channelId}`);
    return Promise.resolve();
  }
}

type ConferenceDoor = 'create' | 'admit' | 'expel' | 'end' | 'members' | 'setPermissions';

/** Conferences whose members do what a test says. */
export class FakeConferences implements Door<ConferenceFacade, ConferenceDoor> {
  readonly created: ConferenceCreation[] = [];
  readonly calls: string[] = [];
  /** Happens once, between somebody's decision to put a member out and that. */
  beforeExpel: (() => Promise<unknown>) | null = null;
  private readonly conferences = new Map<string, Map<string, ConferenceMember>>();

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

  members(conferenceId: string): Promise<ConferenceMember[]> {
    const members = [...(this.conferences.get(conferenceId)?.values() ?? [])];
    return Promise.resolve(members.map((member) => ({ ...member })));
  }

  setPermissions(
    conferenceId: string,
    userId: string,
    allowed: { audio?: boolean; video?: boolean },
    by: 'self' | 'host',
  ): Promise<ConferenceMember> {
    this.calls.push(`permissions ${conferenceId} ${userId} ${JSON.stringify(allowed)} by ${by}`);
    const { audio, video } = allowed;
    const set: Partial<ConferenceMember> = {
      ...(audio === undefined ? {} : { audio }),
      ...(video === undefined ? {} : { video }),
    };
    if (by === 'host' && audio !== undefined) set.audioMutedByHost = !audio;
    if (by === 'host' && video !== undefined) set.videoMutedByHost = !video;
    return Promise.resolve(this.set(conferenceId, userId, set));
  }

  /** What the media would bring about. */
  set(conferenceId: string, userId: string, set: Partial<ConferenceMember>): ConferenceMember {
    const member = this.conferences.get(conferenceId)?.get(userId);
    if (!member) throw new Error(`${userId} is not in conference ${conferenceId}`);
    return Object.assign(member, set);
  }

  private put(conferenceId: string, userId: string, name: string): void {
    const before = this.conferences.get(conferenceId)?.get(userId)?.admission ?? 0;
    this.conferences.get(conferenceId)?.set(userId, {
      ...{ memberId: randomUUID(), userId, name, state: 'invited' },
      ...{ audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false },
      ...{ sendingAudio: false, sendingVideo: false, admission: before + 1 },
    });
  }
}

/** Mix tasks that go no further by themselves. */
export class FakeMixing implements Door<MixingFacade, 'start' | 'update' | 'stop' | 'find'> {
  readonly tasks = new Map<string, MixTaskRecord>();
  readonly calls: string[] = [];
  /** Starting fails while this is set. */
  broken = false;

  start(p: MixStart): Promise<MixTaskRecord> {
    if (this.broken) return Promise.reject(new DomainError('media_unavailable'));
    const task: MixTaskRecord = {
      ...p,
      ...{ id: randomUUID(), mode: 'server', state: 'queued', version: 1, appliedVersion: 0, attempt: 1 },
      ...{ epoch: 2, error: null, statistics: null, createdAt: new Date() },
    };
    this.calls.push(`start ${task.id}`);
    this.tasks.set(task.id, task);
    return Promise.resolve({ ...task });
  }

  update(taskId: string, p: Parameters<MixingFacade['update']>[1]): Promise<MixTaskRecord> {
    const task = this.set(taskId, p);
    task.version += 1;
    this.calls.push(`update ${taskId}`);
    return Promise.resolve({ ...task });
  }

  stop(taskId: string): Promise<void> {
    this.calls.push(`stop ${taskId}`);
    const { state } = this.set(taskId, {});
    if (state !== 'failed') this.set(taskId, { state: 'stopped' });
    return Promise.resolve();
  }

  find(taskId: string): Promise<MixTaskRecord | null> {
    const task = this.tasks.get(taskId);
    return Promise.resolve(task ? { ...task } : null);
  }

  /** What the mixer would bring about. */
  set(taskId: string, set: Partial<MixTaskRecord>): MixTaskRecord {
    const task = this.tasks.get(taskId);
    if (!task) throw new Error(`no mix task ${taskId}`);
    return Object.assign(task, set);
  }
}

type ImDoors = Door<ImFacade, 'toUser' | 'toUserHere' | 'toRoom' | 'isOnline'> &
  Door<ChatFacade, 'announce'> &
  Door<RestrictionFacade, 'isBanned'>;

/** Signals, in order, and a way to wait for one. */
export class FakeIm implements ImDoors {
  readonly offline = new Set<string>();
  /** `<channelId> <userId>` */
  readonly banned = new Set<string>();
  /** `<channelId> <event> <name>` */
  readonly announced: string[] = [];
  readonly sent: Signal[] = [];
  private readonly news = new EventEmitter();

  toUser(userId: string, event: SignalName, payload: unknown): void {
    this.take({ to: `user:${userId}`, event, payload });
  }

  toUserHere(userId: string, event: SignalName, payload: unknown): void {
    this.toUser(userId, event, payload);
  }

  toRoom(channelId: string, event: SignalName, payload: unknown): void {
    this.take({ to: `room:${channelId}`, event, payload });
  }

  isOnline(userId: string): Promise<boolean> {
    return Promise.resolve(!this.offline.has(userId));
  }

  isBanned(channelId: string, userId: string): Promise<boolean> {
    return Promise.resolve(this.banned.has(`${channelId} ${userId}`));
  }

  announce(channelId: string, event: string, { name }: { name: string }): Promise<void> {
    this.announced.push(`${channelId} ${event} ${name}`);
    return Promise.resolve();
  }

  /** The first signal, sent already or to come, that fits. */
  async signal<E extends SignalName>(
    to: string,
    event: E,
    fits: (payload: Parameters<ServerToClientEvents[E]>[0]) => boolean = () => true,
  ): Promise<Parameters<ServerToClientEvents[E]>[0]> {
    type Payload = Parameters<ServerToClientEvents[E]>[0];
    for (;;) {
      const found = this.sent.find((s) => s.to === to && s.event === event && fits(s.payload as Payload));
      if (found) return found.payload as Payload;
      await once(this.news, 'signal');
    }
  }

  of(to: string, event: SignalName): unknown[] {
    return this.sent.filter((s) => s.to === to && s.event === event).map((s) => s.payload);
  }

  private take(signal: Signal): void {
    this.sent.push(signal);
    this.news.emit('signal');
  }
}
