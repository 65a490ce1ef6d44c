import type { NodeReported } from '../../nodes';
import type { Conference } from '../conference.entity';
import { conferenceStates } from '../conference.state';
import type { ConferenceMember } from './conference-member.entity';

export type ReportedConference = NodeReported['snapshot']['conferences'][number];
export type ReportedMember = ReportedConference['members'][number];
type Row = Pick<ConferenceMember, 'memberId' | 'state' | 'sendingAudio' | 'sendingVideo'>;

/** May the node carry this conference? undefined: there is none. */
export function isCarriedBy(
  nodeId: string,
  conference: Pick<Conference, 'state' | 'nodeId'> | undefined,
): boolean {
  return conference?.nodeId === nodeId && !conferenceStates.isFinal(conference.state);
}

/**
 * What a node's report says beyond the rows of its members.
 * @returns `changed`: connected members whose row says something else, or who have none; `lost`: ids of members whose
 *   row says that they are connected and who are not
 */
export function differences(
  rows: Row[],
  reported: ReportedConference[],
): { changed: { conferenceId: string; member: ReportedMember }[]; lost: string[] } {
  const connected = reported.flatMap(({ conferenceId, members }) =>
    members.filter((member) => member.connected).map((member) => ({ conferenceId, member })),
  );
  const byId = new Map(rows.map((row) => [row.memberId, row]));
  const present = new Set(connected.map(({ member }) => member.memberId));
  return {
    changed: connected.filter(({ member }) => !isCurrent(byId.get(member.memberId), member)),
    lost: rows
      .filter(({ state, memberId }) => state === 'connected' && !present.has(memberId))
      .map(({ memberId }) => memberId),
  };
}

function isCurrent(row: Row | undefined, member: ReportedMember): boolean {
  return row?.state === 'connected' && row.sendingAudio === member.audio && row.sendingVideo === member.video;
}
