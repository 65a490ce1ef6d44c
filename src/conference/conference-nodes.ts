import { Injectable } from '@nestjs/common';
import { DomainError, Log } from '../platform/common';
import { type MediaNodeRef, NodesFacade } from '../nodes';
import type { Conference } from './conference.entity';
import { ConferenceRepository } from './conference.repository';
import { conferenceStates } from './conference.state';

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

  /** @throws DomainError media_unavailable */
  async setPermissions(
    { id, nodeId }: Conference,
    memberId: string,
    allowed: { audio: boolean; video: boolean },
  ): Promise<void> {
    const { audio, video } = allowed;
    if (nodeId) await this.nodes.setPermissions(nodeId, id, memberId, { audio, video });
  }

  /** Best effort, for a member who has just connected. */
  async allow(
    nodeId: string,
    conferenceId: string,
    memberId: string,
    { audio, video }: { audio: boolean; video: boolean },
  ): Promise<void> {
    await this.try({ nodeId, conferenceId, memberId }, () =>
      this.nodes.setPermissions(nodeId, conferenceId, memberId, { audio, video }),
    );
  }

  /** Best effort: a member who is still on the node is closed at its next report. */
  async closeMember(nodeId: string | null, conferenceId: string, memberId: string): Promise<void> {
    if (!nodeId) return;
    await this.try({ nodeId, conferenceId, memberId }, () =>
      this.nodes.closeMember(nodeId, conferenceId, memberId),
    );
  }

  /** Best effort, as closeMember. */
  async closeConference(nodeId: string | null, conferenceId: string): Promise<void> {
    if (!nodeId) return;
    await this.try({ nodeId, conferenceId }, () => this.nodes.closeConference(nodeId, conferenceId));
  }

  private async try(fields: object, call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.log.warn({ ...fields, err: error }, 'media node could not be told');
    }
  }
}
