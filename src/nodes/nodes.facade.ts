import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../platform/common';
import type { EventStreamMessage } from '../contracts';
import type { ChannelSettings, MemberPermissions, SourceRole } from '../media/contract';
import type { MediaNode } from './media-node.entity';
import { type Keyframe, NodeControl } from './node-control';
import { NodesRepository } from './nodes.repository';

/** Addresses of a media node: for clients (`mediaUrl`, `rtmpUrl`) and for control. No slash at the end. */
export interface MediaNodeRef {
  id: string;
  mediaUrl: string;
  rtmpUrl: string;
  controlUrl: string;
  rtmpPort: number;
}

/** As EventStreamMessage. */
type ChannelEvent = Omit<EventStreamMessage, 'type'>;

/** The media nodes, and commands to them. A command to a dead node throws DomainError media_unavailable. */
@Injectable()
export class NodesFacade {
  constructor(
    private readonly nodes: NodesRepository,
    private readonly control: NodeControl,
  ) {}

  /** The node for a new channel or conference. @throws DomainError media_unavailable */
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

  /** Of all nodes that are known, lost ones too: they may come back. */
  async all(): Promise<MediaNodeRef[]> {
    return (await this.nodes.all()).map(toRef);
  }

  /** What an earlier process of this node reported is void: the node counts as silent until it reports again. */
  forget(id: string): Promise<void> {
    return this.nodes.silence(id);
  }

  /** As NodesRepository.follows; NodeFeed asks. */
  follows(follower: string, nodeId: string, order: number, tx: EntityManager): Promise<boolean> {
    return this.nodes.follows(follower, nodeId, order, tx);
  }

  /** Lifts the connected publisher of a role to an epoch. @param from only a publisher of this epoch */
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

  /** All settings of a channel; without effect where it isn't open there, or the node is lost. */
  async configureChannel(nodeId: string, channelId: string, settings: ChannelSettings): Promise<void> {
    const node = await this.find(nodeId);
    if (node) await this.control.post(node, pathOf(['channels', channelId, 'settings']), settings);
  }

  /** Puts an event into the channel's next picture; false where there is none. */
  addEvent(nodeId: string, channelId: string, event: ChannelEvent): Promise<boolean> {
    return this.ask(nodeId, ['channels', channelId, 'events'], event);
  }

  /** As NodeControl.keyframe. @throws DomainError media_unavailable */
  async keyframe(
    nodeId: string,
    channelId: string,
    known: string | undefined,
  ): Promise<Keyframe | 'same' | null> {
    const node = await this.find(nodeId);
    if (!node) throw new DomainError('media_unavailable');
    return this.control.keyframe(node, channelId, known);
  }

  closeConference(nodeId: string, conferenceId: string): Promise<void> {
    return this.post(nodeId, ['conferences', conferenceId, 'close'], {});
  }

  /** What a node has left of a conference that another carries. */
  releaseConference(nodeId: string, conferenceId: string): Promise<void> {
    return this.post(nodeId, ['conferences', conferenceId, 'release'], {});
  }

  closeMember(nodeId: string, conferenceId: string, memberId: string): Promise<void> {
    return this.post(nodeId, ['conferences', conferenceId, 'members', memberId, 'close'], {});
  }

  /** What a member may send; the rest isn't forwarded. */
  setPermissions(
    nodeId: string,
    conferenceId: string,
    memberId: string,
    permissions: MemberPermissions,
  ): Promise<void> {
    return this.post(nodeId, ['conferences', conferenceId, 'members', memberId, 'permissions'], permissions);
  }

  private async post(nodeId: string, path: string[], body: object): Promise<void> {
    await this.ask(nodeId, path, body);
  }

  /** @returns whether the node has what the command is about */
  private async ask(nodeId: string, path: string[], body: object): Promise<boolean> {
    const node = await this.find(nodeId);
    if (!node) throw new DomainError('media_unavailable');
    return this.control.post(node, pathOf(path), body);
  }
}

function pathOf(parts: string[]): string {
  return parts.map(encodeURIComponent).join('/');
}

function toRef({ id, mediaUrl, rtmpUrl, controlUrl, rtmpPort }: MediaNode): MediaNodeRef {
  return { id, mediaUrl, rtmpUrl, controlUrl, rtmpPort };
}
