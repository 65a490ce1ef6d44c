import type { NodeReported } from '../../nodes';
import type { Conference } from '../conference.entity';
import { conferenceStates } from '../conference.state';
import type { ConferenceMember } from './conference-member.entity';

export type ReportedConference = NodeReported['snapshot']['conferences'][number];
export type ReportedMember = ReportedConference['members'][number];
type Row = Pick<ConferenceMember, 'memberId' | 'state' | 'sendingAudio' | 'sendingVideo'>;

/** Who carries a conference that this node reports; `nobody`: it has ended, or there never was one (undefined). */
export function carrierOf(
  nodeId: string,
  conference: Pick<Conference, 'state' | 'nodeId'> | undefined,
): 'this' | 'another' | 'nobody' {
  if (!conference || conferenceStates.isFinal(conference.state)) return 'nobody';
  return conference.nodeId === nodeId ? 'this' : 'another';
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
