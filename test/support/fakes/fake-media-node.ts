import { createHash, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeCredential, parseNodeKey, type Signer } from '../../../src/auth';
import type {
  ChannelSnapshot,
  StreamSnapshot,
  ConferenceSnapshot,
  NodeEvent,
  NodeReport,
  SourceRole,
} from '../../../src/media/contract';
import { SerialQueue } from '../../../src/shared/serial-queue';

/** A report that was not taken is sent again so much later, ms. */
const AGAIN_MS = 100;

interface Publisher {
  epoch: number;
  /** Which connection it is, where the test tells them apart. */
  owner: unknown;
}

/** Where the node reports to; an API that was started again has another address. */
export interface ReportTarget {
  url: string;
  signer: Signer;
}

/**
 * A media node without media: speaks both directions of its contract with control over real HTTP
 * (src/media/contract/node.ts). What publishers and members do is what the test says; of a channel's publishers the
 * one with the newest epoch is on the air.
 */
export class FakeMediaNode {
  /** Commands of control, as `<path> <body>`. */
  readonly commands: string[] = [];
  private readonly id = 'node-1';
  private bootId = randomUUID();
  private readonly server = createServer((request, response) => {
    if (request.url === '/control/identity')
      return void response.end(JSON.stringify({ bootId: this.bootId }));
    const shown = /^\/control\/channels\/([^/]+)\/keyframe$/.exec(request.url!)?.[1];
    if (shown !== undefined) return this.sendKeyframe(shown, request, response);
    // Control may have given up on it meanwhile.
    void this.obey(request).then(
      (found) => response.writeHead(found ? 200 : 404).end('{}'),
      () => response.destroy(),
    );
  });
  private readonly publishers = new Map<string, Map<SourceRole, Publisher>>();
  private readonly viewers = new Map<string, number>();
  /** Revisions of the settings that control has sent. */
  private readonly settings = new Map<string, string>();
  /** Versions of what members may send, as control has sent them; before that they have that of a first token. */
  private readonly permissions = new Map<string, number>();
  private readonly news = new EventEmitter();
  private readonly conferences = new Map<string, ConferenceSnapshot['members']>();
  private target: { url: string; credential: NodeCredential } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private again: NodeJS.Timeout | null = null;
  private seq = 0;
  private readonly intervals = new Map<string, number>();
  private readonly keyframes = new Map<string, Buffer>();
  private readonly streams = new Map<string, StreamSnapshot>();
  private reported = 0;
  private unreported: NodeReport['events'] = [];
  /** One report after another; what could not be delivered goes with the next. */
  private readonly reports = new SerialQueue(Infinity);

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Reports here from now on, at once and then every second; null: control is away. */
  async reportTo(target: ReportTarget | null): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.target = target && { url: target.url, credential: credentialOf(this.id, target.signer) };
    await this.report();
    if (target) this.timer = setInterval(() => void this.report(), 1000);
  }

  async stop(): Promise<void> {
    await this.reportTo(null);
    if (this.again) clearTimeout(this.again);
    this.server.closeAllConnections();
    this.server.close();
  }

  /** An encoder or a mixer has connected, and has sent its first keyframe. */
  publish(channelId: string, role: SourceRole, epoch: number, owner?: unknown): Promise<void> {
    const publishers = this.publishersOf(channelId);
    const other = publishers.get(role);
    // Of two with the same role only the newer one goes on.
    if (role === 'mix' && other && other.epoch > epoch) return this.tellOf(channelId);
    this.publishers.set(channelId, publishers.set(role, { epoch, owner }));
    return this.tellOf(channelId);
  }

  /** @param owner only this connection; default: whichever there is */
  unpublish(channelId: string, role: SourceRole, owner?: unknown): Promise<void> {
    const publishers = this.publishersOf(channelId);
    if (owner === undefined || publishers.get(role)?.owner === owner) publishers.delete(role);
    this.news.emit('gone', channelId);
    return this.tellOf(channelId);
  }

  /** Tells that a publisher of a channel is gone, however it ended: what stands by may take its place. */
  onGone(handler: (channelId: string) => void): void {
    this.news.on('gone', handler);
  }

  /** What viewers of a channel see now. */
  shown(channelId: string): Pick<ChannelSnapshot, 'source' | 'epoch' | 'publishers'> {
    return this.channel(channelId);
  }

  /** Who is connected, by conference. */
  present(): [conferenceId: string, memberIds: string[]][] {
    return [...this.conferences].map(([id, members]) => [id, members.map(({ memberId }) => memberId)]);
  }

  /** A member's WebRTC connection is there (with camera and microphone, unless said otherwise) or is lost. */
  connect(
    conferenceId: string,
    memberId: string,
    userId: string,
    connected = true,
    sending = { audio: connected, video: connected },
  ): Promise<void> {
    const others = (this.conferences.get(conferenceId) ?? []).filter((m) => m.memberId !== memberId);
    const permissions = this.permissions.get(memberId) ?? 1;
    const member = { memberId, userId, connected, ...sending, permissions };
    this.conferences.set(conferenceId, connected ? [...others, member] : others);
    return this.tell({ type: 'member', conferenceId, ...member });
  }

  /** Everybody in a conference, and every publisher, is gone; mixers come back. */
  async vanish(): Promise<void> {
    const channels = [...this.publishers.keys()];
    this.publishers.clear();
    for (const id of this.conferences.keys()) this.conferences.set(id, []);
    await Promise.all(channels.map((id) => this.tellOf(id)));
    channels.forEach((id) => this.news.emit('gone', id));
  }

  /** Another process in its place: nobody is connected to it, and its events are numbered anew. */
  async restart(): Promise<void> {
    const channels = [...this.publishers.keys()];
    this.forget();
    this.bootId = randomUUID();
    this.seq = 0;
    this.unreported = [];
    await this.report();
    channels.forEach((id) => this.news.emit('gone', id));
  }

  /** Channels and conferences that are no more. */
  forget(): void {
    this.publishers.clear();
    this.conferences.clear();
  }

  /** So many watch the channel from now on. */
  watch(channelId: string, viewers: number): Promise<void> {
    this.viewers.set(channelId, viewers);
    return this.report();
  }

  /** The newest keyframe of what is on the air, Annex B. */
  show(channelId: string, keyframe: Buffer): void {
    this.keyframes.set(channelId, keyframe);
  }

  private sendKeyframe(channelId: string, request: IncomingMessage, response: ServerResponse): void {
    const keyframe = this.keyframes.get(channelId);
    const etag = `"${createHash('md5')
      .update(keyframe ?? '')
      .digest('hex')}"`;
    this.commands.push(`keyframe of ${channelId}`);
    const status = keyframe ? (request.headers['if-none-match'] === etag ? 304 : 200) : 404;
    response.writeHead(status, { etag }).end(status === 200 ? keyframe : undefined);
  }

  /** Resolves when control has given this command. */
  async until(command: string): Promise<void> {
    while (!this.commands.includes(command)) await once(this.news, 'command');
  }

  /** @returns false where the node doesn't have what the command is about, as far as control cares */
  private async obey(request: IncomingMessage): Promise<boolean> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const [, , kind, id, ...rest] = request.url!.split('/');
    this.commands.push(`${[kind, id, ...rest].join('/')} ${text}`);
    this.news.emit('command');
    const body = JSON.parse(text) as {
      role: SourceRole;
      epoch: number;
      from?: number;
      revision: string;
      version: number;
    };
    if (kind === 'channels' && rest[0] === 'promote') this.promote(id!, body);
    if (kind === 'channels' && rest[0] === 'disconnect') void this.unpublish(id!, body.role);
    if (kind === 'channels' && rest[0] === 'settings') this.settings.set(id!, body.revision);
    if (kind === 'channels' && rest[0] === 'end') void this.end(id!, body.epoch);
    if (kind === 'conferences' && ['close', 'release'].includes(rest[0]!)) this.conferences.delete(id!);
    if (kind === 'conferences' && rest[2] === 'close') this.closeMember(id!, rest[1]!);
    if (kind === 'conferences' && rest[2] === 'permissions') this.permit(id!, rest[1]!, body.version);
    return rest[0] !== 'events' || this.publishersOf(id!).size > 0;
  }

  private permit(conferenceId: string, memberId: string, version: number): void {
    this.permissions.set(memberId, version);
    const member = this.conferences.get(conferenceId)?.find((m) => m.memberId === memberId);
    if (member) member.permissions = version;
  }

  private closeMember(conferenceId: string, memberId: string): void {
    const member = this.conferences.get(conferenceId)?.find((m) => m.memberId === memberId);
    if (member) void this.connect(conferenceId, memberId, member.userId, false);
  }

  private async end(channelId: string, epoch: number): Promise<void> {
    const publishers = this.publishersOf(channelId);
    for (const [role, own] of publishers) if (own.epoch <= epoch) publishers.delete(role);
    if (publishers.size === 0) this.viewers.delete(channelId);
    await this.tellOf(channelId);
  }

  private promote(
    channelId: string,
    { role, epoch, from }: { role: SourceRole; epoch: number; from?: number },
  ): void {
    const standing = this.publishers.get(channelId)?.get(role);
    if (!standing || (from !== undefined && from !== standing.epoch)) return;
    standing.epoch = Math.max(epoch, standing.epoch);
    void this.tellOf(channelId);
  }

  /** The encoder's longest time between two keyframes so far, ms. */
  keyframesEvery(channelId: string, intervalMs: number): Promise<void> {
    this.intervals.set(channelId, intervalMs);
    return this.tellOf(channelId);
  }

  /** What was measured of what is on the air. */
  measure(channelId: string, stream: StreamSnapshot): Promise<void> {
    this.streams.set(channelId, stream);
    return this.tellOf(channelId);
  }

  private publishersOf(channelId: string): Map<SourceRole, Publisher> {
    return this.publishers.get(channelId) ?? new Map<SourceRole, Publisher>();
  }

  private channel(channelId: string): ChannelSnapshot {
    const all = [...this.publishersOf(channelId)].sort((a, b) => b[1].epoch - a[1].epoch);
    const keyframeIntervalMs = this.intervals.get(channelId) ?? 2000;
    const [source, epoch] = all[0] ? [all[0][0], all[0][1].epoch] : ['none' as const, 0];
    return {
      channelId,
      source,
      epoch,
      publishers: all.map(([role, own], i) => ({ role, epoch: own.epoch, active: i === 0 })),
      viewers: this.viewers.get(channelId) ?? 0,
      video: source === 'none' ? null : { width: 320, height: 240, fps: 15, keyframeIntervalMs },
      stream: source === 'none' ? null : (this.streams.get(channelId) ?? null),
      settings: this.settings.get(channelId) ?? '',
      relay: null,
    };
  }

  private tellOf(channelId: string): Promise<void> {
    return this.tell({ type: 'channel', ...this.channel(channelId) });
  }

  private tell(event: NodeEvent): Promise<void> {
    this.unreported.push({ seq: ++this.seq, event });
    return this.report();
  }

  private report(): Promise<void> {
    return this.reports.run('', () => this.send());
  }

  private async tryAgain(): Promise<void> {
    this.again = null;
    await this.report();
  }

  private async send(): Promise<void> {
    if (!this.target) return;
    const { url, credential } = this.target;
    const { port } = this.server.address() as AddressInfo;
    // A copy: what happens while the report is signed is not in its snapshot.
    const events = [...this.unreported];
    const report: NodeReport = {
      bootId: this.bootId,
      seq: ++this.reported,
      mediaUrl: `http://127.0.0.1:${port}`,
      rtmpUrl: 'rtmp://127.0.0.1:1',
      controlUrl: `http://127.0.0.1:${port}`,
      rtmpPort: 1,
      load: 0,
      events,
      snapshot: {
        channels: [...this.publishers.keys()].map((id) => this.channel(id)),
        conferences: [...this.conferences].map(([conferenceId, members]) => ({ conferenceId, members })),
      },
    };
    const response = await fetch(`${url}/internal/nodes/${this.id}/report`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential.token()}`, 'content-type': 'application/json' },
      body: JSON.stringify(report),
    }).catch(() => null);
    if (response?.ok) this.unreported = this.unreported.filter((e) => !events.includes(e));
    else this.again ??= setTimeout(() => void this.tryAgain(), AGAIN_MS);
  }
}

/** What the node of this name calls control with. */
export function credentialOf(nodeId: string, signer: Signer): NodeCredential {
  return new NodeCredential(parseNodeKey(signer.nodeKey(nodeId)).secret);
}
