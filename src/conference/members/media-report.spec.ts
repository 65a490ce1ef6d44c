import { carrierOf, differences } from './media-report';

const row = { memberId: 'm', state: 'connected', sendingAudio: true, sendingVideo: false } as const;
const member = { memberId: 'm', userId: 'ann', connected: true, audio: true, video: false, permissions: 1 };
const report = (...members: (typeof member)[]) => [{ conferenceId: 'k', members }];

describe('a conference that a node reports', () => {
  it('may be there while it is open and pinned to the node', () => {
    expect(carrierOf('n1', { state: 'open', nodeId: 'n1' })).toBe('this');
    expect(carrierOf('n2', { state: 'open', nodeId: 'n1' })).toBe('another');
    expect(carrierOf('n1', { state: 'ended', nodeId: 'n1' })).toBe('nobody');
    expect(carrierOf('n2', { state: 'ended', nodeId: 'n1' })).toBe('nobody');
    expect(carrierOf('n1', undefined)).toBe('nobody');
  });
});

describe('members that a node reports', () => {
  it('change nothing where the rows say the same', () => {
    expect(differences([row], report(member))).toEqual({ changed: [], lost: [] });
    expect(differences([], [])).toEqual({ changed: [], lost: [] });
  });

  it('have changed where they send something else, or are new', () => {
    const camera = { ...member, video: true };
    expect(differences([row], report(camera)).changed).toEqual([{ conferenceId: 'k', member: camera }]);
    expect(differences([{ ...row, state: 'joined' }], report(member)).changed).toHaveLength(1);
    expect(differences([], report(member)).changed).toHaveLength(1);
  });

  it('are lost where the node has them no more, or without a connection', () => {
    expect(differences([row], []).lost).toEqual(['m']);
    expect(differences([row], report({ ...member, connected: false }))).toEqual({ changed: [], lost: ['m'] });
  });

  it('are not lost before they were connected', () => {
    expect(differences([{ ...row, state: 'joined' }], []).lost).toEqual([]);
  });
});
