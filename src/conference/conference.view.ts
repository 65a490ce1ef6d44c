import type { ConferenceMemberView, ConferenceView } from '../contracts';
import type { MemberPermissions } from '../media/contract';
import type { ConferenceMember } from './members/conference-member.entity';
import { isPresent } from './members/member.state';
import type { Conference } from './conference.entity';
import type { ConferenceMemberRecord } from './conference.events';

export function toRecord(row: ConferenceMember): ConferenceMemberRecord {
  const { memberId, userId, name, state, sendingAudio, sendingVideo, admission } = row;
  const { audioMutedByHost, videoMutedByHost, gain } = row;
  const audio = row.audio && !audioMutedByHost;
  const video = row.video && !videoMutedByHost;
  return {
    ...{ memberId, userId, name, state, audio, video, audioMutedByHost, videoMutedByHost },
    ...{ gain, sendingAudio, sendingVideo, admission },
  };
}

/** What they may send: a camera that they have off themselves leaves their screen as it is. */
export function permissionsOf(row: ConferenceMember): Pick<MemberPermissions, 'audio' | 'video' | 'screen'> {
  const { audio, video, videoMutedByHost } = toRecord(row);
  return { audio, video, screen: !videoMutedByHost };
}

export function memberView({
  memberId,
  userId,
  name,
  state,
  audio,
  video,
  audioMutedByHost,
  videoMutedByHost,
  gain,
}: ConferenceMemberRecord): ConferenceMemberView {
  return { id: memberId, userId, name, state, audio, video, audioMutedByHost, videoMutedByHost, gain };
}

/** @param members of this or of several conferences; those who left aren't shown */
export function conferenceView(conference: Conference, members: ConferenceMember[]): ConferenceView {
  const { id, number, title, ownerId, access, locked, memberLimit, state, createdAt, endedAt } = conference;
  const present = members.filter((member) => member.conferenceId === id && isPresent(member));
  return {
    id,
    number,
    title,
    ownerId,
    access,
    locked,
    memberLimit,
    state,
    members: present.map((member) => memberView(toRecord(member))),
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
