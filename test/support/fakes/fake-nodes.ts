import { DomainError } from '../../../src/platform/common';
import type { ChannelSettings, MemberPermissions, SourceRole } from '../../../src/media/contract';
import type { MediaNodeRef } from '../../../src/nodes';

/** Stands in for NodesFacade: nodes are what the test says, and commands are written down. */
export class FakeNodes {
  /** Alive ones; the first is picked. */
  alive: MediaNodeRef[] = [fakeNode('node-a')];
  readonly commands: { command: string; nodeId: string; id: string; [detail: string]: unknown }[] = [];
  /** Ids of conferences and members. */
  readonly closed: string[] = [];
  /** Ids of conferences. */
  readonly released: string[] = [];
  readonly permissions: ({ memberId: string } & MemberPermissions)[] = [];
  /** So many of the next calls about conferences don't arrive. */
  failures = 0;
  private readonly noted: (() => void)[] = [];

  pick(): Promise<MediaNodeRef> {
    const [node] = this.alive;
    return node ? Promise.resolve(node) : Promise.reject(new DomainError('media_unavailable'));
  }

  find(id: string | null): Promise<MediaNodeRef | null> {
    return Promise.resolve(this.alive.find((node) => node.id === id) ?? null);
  }

  all(): Promise<MediaNodeRef[]> {
    return Promise.resolve(this.alive);
  }

  follows(): Promise<boolean> {
    return Promise.resolve(true);
  }

  promote(nodeId: string, id: string, role: SourceRole, epoch: number): Promise<void> {
    return this.note({ command: 'promote', nodeId, id, role, epoch });
  }

  disconnectPublishers(nodeId: string, id: string, role: SourceRole): Promise<void> {
    return this.note({ command: 'disconnect', nodeId, id, role });
  }

  endChannel(nodeId: string, id: string, epoch: number): Promise<void> {
    return this.note({ command: 'end', nodeId, id, epoch });
  }

  configureChannel(nodeId: string, id: string, settings: ChannelSettings): Promise<void> {
    return this.note({ command: 'configure', nodeId, id, settings });
  }

  closeConference(_nodeId: string, conferenceId: string): Promise<void> {
    return this.arrives(() => this.closed.push(conferenceId));
  }

  releaseConference(_nodeId: string, conferenceId: string): Promise<void> {
    return this.arrives(() => this.released.push(conferenceId));
  }

  closeMember(_nodeId: string, _conferenceId: string, memberId: string): Promise<void> {
    return this.arrives(() => this.closed.push(memberId));
  }

  setPermissions(
    _nodeId: string,
    _conferenceId: string,
    memberId: string,
    permissions: MemberPermissions,
  ): Promise<void> {
    return this.arrives(() => this.permissions.push({ memberId, ...permissions }));
  }

  /** Resolves with the first command to this node, once there is one. */
  async commandTo(nodeId: string): Promise<(typeof this.commands)[number]> {
    for (;;) {
      const found = this.commands.find((command) => command.nodeId === nodeId);
      if (found) return found;
      await new Promise<void>((resolve) => this.noted.push(resolve));
    }
  }

  private arrives(call: () => void): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new DomainError('media_unavailable'));
    }
    call();
    return Promise.resolve();
  }

  private note(command: (typeof this.commands)[number]): Promise<void> {
    if (!this.alive.some((node) => node.id === command.nodeId)) {
      return Promise.reject(new DomainError('media_unavailable'));
    }
    this.commands.push(command);
    this.noted.splice(0).forEach((resolve) => resolve());
    return Promise.resolve();
  }
}

export function fakeNode(id: string): MediaNodeRef {
  return {
    id,
    mediaUrl: `https://${id}.example`,
    rtmpUrl: `rtmp://${id}.example:1936`,
    controlUrl: 'http://10.0.0.1:8081',
    rtmpPort: 1937,
  };
}
