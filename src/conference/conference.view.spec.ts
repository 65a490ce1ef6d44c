import type { Conference } from './conference.entity';
import { conferenceView, toRecord, memberView } from './conference.view';
import type { ConferenceMember } from './members/conference-member.entity';

const row: ConferenceMember = {
  conferenceId: 'k',
  userId: 'ann',
  memberId: 'm1',
  name: 'Ann',
  state: 'connected',
  leftReason: null,
  audio: true,
  video: true,
  moderatorId: null,
  audioMutedByHost: false,
  videoMutedByHost: false,
  gain: 1,
  permissionsVersion: 1,
  sendingAudio: true,
  sendingVideo: false,
  graceDeadline: null,
  admission: 1,
  createdAt: new Date(0),
};
const conference: Conference = {
  id: 'k',
  number: '123456789',
  title: 'A call',
  ownerId: 'ann',
  purpose: 'meeting',
  access: 'open',
  locked: false,
  memberLimit: null,
  state: 'open',
  nodeId: 'n1',
  createdAt: new Date(0),
  endedAt: null,
};

describe('toRecord', () => {
  it.each([
    [{ audio: true, audioMutedByHost: false }, true],
    [{ audio: false, audioMutedByHost: false }, false],
    [{ audio: true, audioMutedByHost: true }, false],
    [{ audio: false, audioMutedByHost: true }, false],
  ])('%j may be heard: %s', (mutes, audio) => expect(toRecord({ ...row, ...mutes }).audio).toBe(audio));

  it('looks at sound and picture apart', () => {
    expect(toRecord({ ...row, videoMutedByHost: true })).toMatchObject({ audio: true, video: false });
  });
});

describe('memberView', () => {
  it('shows neither what arrives nor how often somebody was admitted', () => {
    expect(Object.keys(memberView(toRecord(row))).sort()).toEqual(
      [
        'audio',
        'audioMutedByHost',
        'gain',
        'id',
        'name',
        'state',
        'userId',
        'video',
        'videoMutedByHost',
      ].sort(),
    );
  });
});

describe('conferenceView', () => {
  it('has the members of this conference who have not left, and not its node', () => {
    const members = [
      row,
      { ...row, memberId: 'm2', userId: 'bob', state: 'left' as const },
      { ...row, memberId: 'm3', userId: 'zoe', conferenceId: 'other' },
    ];
    const view = conferenceView(conference, members);
    expect(view.members.map(({ userId }) => userId)).toEqual(['ann']);
    expect(view).toMatchObject({ createdAt: '1970-01-01T00:00:00.000Z', endedAt: null });
    expect(view).not.toHaveProperty('nodeId');
  });
});
