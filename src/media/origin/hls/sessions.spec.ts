import { SessionIds, Viewers } from './sessions';

describe('SessionIds', () => {
  it('knows its own ids, for their channel, for an hour', () => {
    let now = 1_800_000_000_000;
    const ids = new SessionIds(() => now);
    const id = ids.issue('room');
    expect(ids.verify('room', id)).toBe(true);
    expect(ids.verify('other', id)).toBe(false);
    expect(new SessionIds(() => now).verify('room', id)).toBe(false);
    now += 3_601_000;
    expect(ids.verify('room', id)).toBe(false);
  });

  it('say whose they are, and by which visit', () => {
    const ids = new SessionIds();
    expect(ids.grantOf(ids.issue('room', { viewer: 'AbcdEfgh_-12' }))).toEqual({ viewer: 'AbcdEfgh_-12' });
    const visitor = { viewer: 'AbcdEfgh_-12', visit: 7 };
    expect(ids.grantOf(ids.issue('room', visitor))).toEqual(visitor);
  });

  it('refuses made-up ones', () => {
    const ids = new SessionIds();
    const id = ids.issue('room');
    const changed = [...id].map(
      (letter, i) => id.slice(0, i) + (letter === 'A' ? 'B' : 'A') + id.slice(i + 1),
    );
    expect(
      [...changed, '', 'x', `${id}A`, id.slice(1), 'A'.repeat(32)].filter((made) => ids.verify('room', made)),
    ).toEqual([]);
  });
});

describe('Viewers', () => {
  it('forgets viewers that no longer ask, and counts no more than it may', () => {
    let now = 0;
    const viewers = new Viewers(3, () => now);
    for (const id of ['a', 'b', 'c', 'd']) viewers.touch(id);
    expect([viewers.count(1000), viewers.has('d')]).toEqual([3, false]);
    now = 900;
    viewers.touch('a');
    now = 1500;
    expect([viewers.count(1000), viewers.has('a'), viewers.has('b')]).toEqual([1, true, false]);
    now = 2000;
    expect(viewers.count(1000)).toBe(0);
  });
});
