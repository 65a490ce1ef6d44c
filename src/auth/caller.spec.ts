import { DomainError } from '../platform/common';
import { type Caller, requireAdmin, requireGrant, requireOwner, requireUnlimited } from './caller';

const user: Caller = { userId: 'ann', name: 'Ann', role: 'user' };
const notGranted = (subject: string) => new DomainError('not_granted', { subject });

describe('requireGrant', () => {
  it('lets a token without limits do everything', () => {
    expect(() => requireGrant(user, { channelId: 'x', conferenceId: 'k' })).not.toThrow();
  });

  it('keeps a limited token to its channels and conferences', () => {
    const limited = { ...user, channels: ['x'], conferences: ['k'] };
    expect(() => requireGrant(limited, { channelId: 'x' })).not.toThrow();
    expect(() => requireGrant(limited, { conferenceId: 'k' })).not.toThrow();
    expect(() => requireGrant(limited, { channelId: 'y' })).toThrow(notGranted('this channel'));
    expect(() => requireGrant(limited, { conferenceId: 'l' })).toThrow(notGranted('this conference'));
    expect(() => requireGrant(limited, { channelId: 'x', conferenceId: 'l' })).toThrow(DomainError);
  });

  it('limits channels and conferences apart', () => {
    expect(() => requireGrant({ ...user, channels: ['x'] }, { conferenceId: 'l' })).not.toThrow();
    expect(() => requireGrant({ ...user, conferences: ['k'] }, { channelId: 'y' })).not.toThrow();
  });

  it('takes an empty list as no channel at all', () => {
    expect(() => requireGrant({ ...user, channels: [] }, { channelId: 'x' })).toThrow(DomainError);
  });
});

describe('requireUnlimited', () => {
  it('refuses new channels to a token limited to some, and nothing else', () => {
    const limited = { ...user, channels: ['x'] };
    expect(() => requireUnlimited(limited, 'channels')).toThrow(notGranted('other channels'));
    expect(() => requireUnlimited(limited, 'conferences')).not.toThrow();
    expect(() => requireUnlimited(user, 'channels')).not.toThrow();
  });
});

describe('requireAdmin', () => {
  it('names what is refused', () => {
    expect(() => requireAdmin(user, 'see the audit log')).toThrow('You may not see the audit log.');
    expect(() => requireAdmin({ ...user, role: 'admin' }, 'see the audit log')).not.toThrow();
  });
});

describe('requireOwner', () => {
  const admin: Caller = { ...user, userId: 'root', role: 'admin' };

  it('lets the owner in, and admins where they may', () => {
    expect(() => requireOwner(user, 'ann', 'push here')).not.toThrow();
    expect(() => requireOwner(admin, 'ann', 'push here', { admin: true })).not.toThrow();
  });

  it('refuses everybody else', () => {
    expect(() => requireOwner(user, 'bob', 'push here', { admin: true })).toThrow('You may not push here.');
    expect(() => requireOwner(admin, 'ann', 'push here')).toThrow(DomainError);
  });
});
