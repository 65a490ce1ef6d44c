import { Injectable } from '@nestjs/common';
import { DomainError, Log } from '../platform/common';
import { type MediaNodeRef, NodesFacade } from '../nodes';
import type { Conference } from './conference.entity';
import { ConferenceRepository } from './conference.repository';
import { conferenceStates } from './conference.state';
import { permissionsOf } from './conference.view';
import type { ConferenceMember } from './members/conference-member.entity';

/** Which media node carries a conference, and what it is told about it. */
@Injectable()
export class ConferenceNodes {
  private readonly log = new Log('conference');

  constructor(
    private readonly conferences: ConferenceRepository,
    private readonly nodes: NodesFacade,
  ) {}

  /**
   * The node the conference is pinned to; a new one where that is gone or there was none. Calls at the same time get
   * the same node.
   * @throws DomainError media_unavailable, conference_ended
   */
  async place(conference: Conference): Promise<MediaNodeRef> {
    let seen: Conference | null = conference;
    while (seen && !conferenceStates.isFinal(seen.state)) {
      const pinned = await this.nodes.find(seen.nodeId);
      if (pinned) return pinned;
      const picked = await this.nodes.pick();
      if (await this.conferences.pin(seen.id, seen.nodeId, picked.id)) {
        this.log.info({ conferenceId: seen.id, nodeId: picked.id }, 'conference pinned to media node');
        return picked;
      }
      seen = await this.conferences.find(seen.id);
    }
    throw new DomainError('conference_ended');
  }

  /** What the member may send. @returns false: not now; the node's next report shows that it is behind, and it is told */
  setPermissions(nodeId: string | null, member: ConferenceMember): Promise<boolean> {
    const { conferenceId, memberId, permissionsVersion: version } = member;
    const permissions = { ...permissionsOf(member), version };
    return this.tell(nodeId, { conferenceId, memberId }, (node) =>
      this.nodes.setPermissions(node, conferenceId, memberId, permissions),
    );
  }

  /** @returns false: not now; a member who is still on the node is closed at its next report */
  closeMember(nodeId: string | null, conferenceId: string, memberId: string): Promise<boolean> {
    return this.tell(nodeId, { conferenceId, memberId }, (node) =>
      this.nodes.closeMember(node, conferenceId, memberId),
    );
  }

  /** @returns as closeMember */
  closeConference(nodeId: string | null, conferenceId: string): Promise<boolean> {
    return this.tell(nodeId, { conferenceId }, (node) => this.nodes.closeConference(node, conferenceId));
  }

  /** Another node carries it. @returns as closeMember */
  releaseConference(nodeId: string, conferenceId: string): Promise<boolean> {
    return this.tell(nodeId, { conferenceId }, (node) => this.nodes.releaseConference(node, conferenceId));
  }

  /** What was decided is in the database by now; whether its node can be told at once doesn't matter to that. */
  private async tell(
    nodeId: string | null,
    fields: object,
    call: (nodeId: string) => Promise<void>,
  ): Promise<boolean> {
    if (nodeId === null) return true;
    try {
      await call(nodeId);
      return true;
    } catch (error) {
      this.log.warn({ ...fields, nodeId, err: error }, 'media node could not be told');
      return false;
    }
  }
}
