import { Injectable } from '@nestjs/common';
import { Log } from '../../platform/common';
import { ConferenceNodes } from '../conference-nodes';
import type { ConferenceMember } from './conference-member.entity';
import type { ReportedConference } from './media-report';
import { MemberRepository } from './member.repository';
import { isPresent } from './member.state';

/**
 * Brings a media node to what the rows of its members say: who may not be there is closed, and who may send something
 * else than the node lets through is told so. What fails is found again in its next report.
 */
@Injectable()
export class MemberCorrections {
  private readonly log = new Log('conference');

  constructor(
    private readonly members: MemberRepository,
    private readonly nodes: ConferenceNodes,
  ) {}

  /** @param rows those of the reported members that are known already */
  async correct(
    nodeId: string,
    reported: Pick<ReportedConference, 'conferenceId' | 'members'>[],
    rows: readonly ConferenceMember[] = [],
  ): Promise<void> {
    const byId = new Map(rows.map((row) => [row.memberId, row]));
    const ids = reported.flatMap(({ members }) => members.map(({ memberId }) => memberId));
    const others = await this.members.findByMemberIds(ids.filter((id) => !byId.has(id)));
    for (const row of others) byId.set(row.memberId, row);
    for (const { conferenceId, members } of reported) {
      for (const { memberId, userId, permissions } of members) {
        const row = byId.get(memberId);
        if (row?.conferenceId !== conferenceId || !isPresent(row)) {
          this.log.warn({ conferenceId, memberId, userId }, 'media of a user who is not a member is closed');
          await this.nodes.closeMember(nodeId, conferenceId, memberId);
        } else if (permissions < row.permissionsVersion) await this.nodes.setPermissions(nodeId, row);
      }
    }
  }
}
