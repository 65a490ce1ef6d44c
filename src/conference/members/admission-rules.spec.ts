import { DomainError } from '../../platform/common';
import { requireMayAsk, requireMayJoin, requireMaySee } from './admission-rules';

const open = { access: 'open', state: 'open', ownerId: 'owner', locked: false } as const;
const closed = { ...open, access: 'members' } as const;
const member = { userId: 'guest', leftReason: null };
const removed = { userId: 'guest', leftReason: 'removed' } as const;

describe('admission', () => {
  it('is open to anybody in an open conference, but not after a removal', () => {
    for (const who of [null, member]) expect(() => requireMayJoin(open, who)).not.toThrow();
    expect(() => requireMayJoin(open, removed)).toThrow(new DomainError('not_admitted'));
  });

  it('is for nobody new while the conference is locked, and asked for where it needs approval', () => {
    const [locked, approved] = [{ ...open, locked: true }, { ...open, access: 'approval' } as const];
    for (const conference of [locked, approved]) {
      expect(() => requireMayJoin(conference, { ...member, leftReason: 'left' })).not.toThrow();
    }
    expect(() => requireMayJoin(locked, null)).toThrow(new DomainError('conference_locked'));
    expect(() => requireMayJoin(approved, null)).toThrow(new DomainError('approval_needed'));
    expect(() => requireMayAsk(approved, null)).not.toThrow();
    expect(() => requireMayAsk(approved, removed)).toThrow(new DomainError('not_admitted'));
  });

  it('is for admitted members who were not removed since, in a conference for members', () => {
    expect(() => requireMayJoin(closed, member)).not.toThrow();
    expect(() => requireMayJoin(closed, { ...member, leftReason: 'lost' })).not.toThrow();
    for (const who of [null, removed]) {
      expect(() => requireMayJoin(closed, who)).toThrow(new DomainError('not_admitted'));
    }
  });

  it('is over when the conference is', () => {
    const ended = { ...open, state: 'ended' } as const;
    expect(() => requireMayJoin(ended, member)).toThrow(new DomainError('conference_ended'));
  });

  it('shows a conference for members to its members, owner and admins', () => {
    const see = (userId: string, role: 'user' | 'admin', row: typeof member | null) => () =>
      requireMaySee(closed, row, { userId, role });
    expect(see('guest', 'user', member)).not.toThrow();
    expect(see('owner', 'user', null)).not.toThrow();
    expect(see('boss', 'admin', null)).not.toThrow();
    expect(see('other', 'user', null)).toThrow(new DomainError('not_admitted'));
  });
});
