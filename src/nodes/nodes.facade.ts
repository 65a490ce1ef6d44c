import { Injectable } from '@nestjs/common';
import { type Caller, requireAdmin } from '../auth';
import { DomainError, type PageQuery, readCursor, writeCursor } from '../platform/common';
import type { ListView, NodeView } from '../contracts';
import type { ChannelSettings, SourceRole } from '../media/contract';
import type { MediaNode } from './media-node.entity';
import { NodeControl } from './node-control';
import { NodesRepository, SILENCE_MS } from './nodes.repository';

/** Addresses of a media node: for clients (`mediaUrl`, `rtmpUrl`) and for control. No slash at the end. */
export interface MediaNodeRef {
  id: string;
  mediaUrl: string;
  rtmpUrl: string;
  controlUrl: string;
  rtmpPort: number;
}

/** The media nodes and the commands to them. A command to a dead node throws DomainError media_unavailable. */
@Injectable()
export class NodesFacade {
  constructor(
    private readonly nodes: NodesRepository,
    private readonly control: NodeControl,
  ) {}

  /** The node to put something new on. @throws DomainError media_unavailable */
  async pick(): Promise<MediaNodeRef> {
    const node = await this.nodes.leastLoaded();
    if (!node) throw new DomainError('media_unavailable');
    return toRef(node);
  }

  /** null where it is unknown or silent. */
  async find(id: string | null): Promise<MediaNodeRef | null> {
    const node = id === null ? null : await this.nodes.findAlive(id);
    return node && toRef(node);
  }

  /** What an earlier process of this node reported is history: it counts as silent until it reports again. */
  forget(id: string): Promise<void> {
    return this.nodes.silence(id);
  }

  /** Lifts the standing publisher of a role to an epoch. @param from only one of this epoch */
  promote(nodeId: string, channelId: string, role: SourceRole, epoch: number, from?: number): Promise<void> {
    return this.post(nodeId, ['channels', channelId, 'promote'], { role, epoch, from });
  }

  disconnectPublishers(nodeId: string, channelId: string, role: SourceRole): Promise<void> {
    return this.post(nodeId, ['channels', channelId, 'disconnect'], { role });
  }

  /** Ends what is published up to this epoch, and its viewers. */
  endChannel(nodeId: string, channelId: string, epoch: number): Promise<void> {
    return this.post(nodeId, ['channels', channelId, 'end'], { epoch });
  }

  /** What is wanted of a channel, all of it; nothing to do where it isn't open there. */
  configureChannel(nodeId: string, channelId: string, settings: ChannelSettings): Promise<void> {
    return this.post(nodeId, ['channels', channelId, 'settings'], settings);
  }

  closeConference(nodeId: string, conferenceId: string): Promise<void> {
    return this.post(nodeId, ['conferences', conferenceId, 'close'], {});
  }

  closeMember(nodeId: string, conferenceId: string, memberId: string): Promise<void> {
    return this.post(nodeId, ['conferences', conferenceId, 'members', memberId, 'close'], {});
  }

  /** What is not permitted isn't forwarded. */
  setPermissions(
    nodeId: string,
    conferenceId: string,
    memberId: string,
    permissions: { audio: boolean; video: boolean },
  ): Promise<void> {
    return this.post(nodeId, ['conferences', conferenceId, 'members', memberId, 'permissions'], permissions);
  }

  /** @throws DomainError not_allowed */
  async list(caller: Caller, { limit = 100, cursor }: PageQuery): Promise<ListView<NodeView>> {
    requireAdmin(caller, 'see the media nodes');
    const [after] = cursor === undefined ? [] : readCursor(cursor, isName);
    const found = await this.nodes.list(limit + 1, after);
    const items = found.slice(0, limit).map(toView);
    const last = items.at(-1);
    return { items, nextCursor: found.length > limit && last ? writeCursor([last.id]) : null };
  }

  private async post(nodeId: string, path: string[], body: object): Promise<void> {
    const node = await this.find(nodeId);
    if (!node) throw new DomainError('media_unavailable');
    await this.control.post(node, path.map(encodeURIComponent).join('/'), body);
  }
}

function isName(value: unknown): value is [string] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string';
}

function toRef({ id, mediaUrl, rtmpUrl, controlUrl, rtmpPort }: MediaNode): MediaNodeRef {
  return { id, mediaUrl, rtmpUrl, controlUrl, rtmpPort };
}

function toView(node: MediaNode): NodeView {
  const { id, mediaUrl, rtmpUrl, conferences, channels, viewers, lastSeenAt } = node;
  const alive = node.alive && Date.now() - lastSeenAt.getTime() < SILENCE_MS;
  return {
    id,
    mediaUrl,
    rtmpUrl,
    alive,
    conferences,
    channels,
    viewers,
    lastSeenAt: lastSeenAt.toISOString(),
  };
}
