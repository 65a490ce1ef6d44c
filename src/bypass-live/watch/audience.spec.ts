import { audienceOf, revokesAccess, mayWatch } from './audience';

const meeting = { access: 'open', ownerId: 'owner' } as const;
const closed = { access: 'members', ownerId: 'owner' } as const;
const user = (userId: string) => ({ userId, role: 'user' }) as const;

describe('who may watch', () => {
  it('is open as the conference is, unless it was configured', () => {
    expect(audienceOf(null, meeting)).toBe('open');
    expect(audienceOf({ audience: null }, closed)).toBe('allowed');
    expect(audienceOf({ audience: 'open' }, closed)).toBe('open');
    expect(audienceOf({ audience: 'allowed' }, meeting)).toBe('allowed');
  });

  it.each([
    ['anybody, of an open one', null, meeting, user('vic'), 'stranger', true],
    ['nobody else, of a private one', null, closed, user('vic'), 'stranger', false],
    ['nobody who was removed, of an open one', null, meeting, user('max'), 'removed', false],
    [
      'nor where its owner opened it',
      { audience: 'open', allowed: [] },
      closed,
      user('max'),
      'removed',
      false,
    ],
    ['but who is listed', { audience: null, allowed: ['max'] }, meeting, user('max'), 'removed', true],
    ['its members', null, closed, user('max'), 'member', true],
    ['its owner', null, closed, user('owner'), 'stranger', true],
    ['an admin', null, closed, { userId: 'boss', role: 'admin' } as const, 'stranger', true],
    ['those listed', { audience: null, allowed: ['vic'] }, closed, user('vic'), 'stranger', true],
    [
      'only those listed, once said so',
      { audience: 'allowed', allowed: ['vic'] },
      meeting,
      user('eve'),
      'stranger',
      false,
    ],
    [
      'anybody, where its owner opened it',
      { audience: 'open', allowed: [] },
      closed,
      user('eve'),
      'stranger',
      true,
    ],
  ] as const)('%s', (_, live, conference, caller, standing, expected) => {
    expect(mayWatch(live, conference, caller, standing)).toBe(expected);
  });

  it.each([
    ['opened', closed, { audience: null, allowed: [] }, { audience: 'open', allowed: [] }, false],
    ['made private', meeting, { audience: null, allowed: [] }, { audience: 'allowed', allowed: [] }, true],
    ['one added', closed, { audience: null, allowed: ['a'] }, { audience: null, allowed: ['a', 'b'] }, false],
    [
      'one removed',
      closed,
      { audience: null, allowed: ['a', 'b'] },
      { audience: null, allowed: ['b'] },
      true,
    ],
    [
      'one removed, but open',
      meeting,
      { audience: null, allowed: ['a'] },
      { audience: null, allowed: [] },
      false,
    ],
    ['nothing', meeting, { audience: null, allowed: [] }, { audience: null, allowed: [] }, false],
  ] as const)('%s: are fewer let in?', (_, conference, before, after, expected) => {
    expect(revokesAccess(before, after, conference)).toBe(expected);
  });
});
