import { LocalPresence } from './local-presence';

describe('LocalPresence', () => {
  const ann = { userId: 'ann', name: 'Ann' };
  let presence: LocalPresence;
  beforeEach(() => {
    presence = new LocalPresence();
  });

  it('counts a user with several tabs once', () => {
    expect(presence.join('c', ann, 's1')).toBe(true);
    expect(presence.join('c', ann, 's2')).toBe(false);
    expect(presence.join('c', ann, 's2')).toBe(false);
    expect(presence.leave('c', 'ann', 's1')).toBe(false);
    expect(presence.find('c', 'ann')).toMatchObject(ann);
    expect(presence.leave('c', 'ann', 's2')).toBe(true);
    expect(presence.leave('c', 'ann', 's2')).toBe(false);
    expect(presence.find('c', 'ann')).toBeUndefined();
    expect(presence.all()).toEqual([]);
  });

  it('keeps rooms apart, and knows the rooms of a socket', () => {
    presence.join('c', ann, 's1');
    presence.join('d', ann, 's1');
    expect(presence.roomsOf('s1')).toEqual(['c', 'd']);
    expect(presence.leave('c', 'ann', 's1')).toBe(true);
    expect(presence.roomsOf('s1')).toEqual(['d']);
    expect(presence.all()).toEqual([{ channelId: 'd', userId: 'ann' }]);
    presence.leave('d', 'ann', 's1');
    expect(presence.roomsOf('s1')).toEqual([]);
  });
});
