import { earsOf, roomsOf, type Subject } from './im.types';

/** Does a device with this token hear of it? */
const hears = (grants: { channels?: string[]; conferences?: string[] }, subject: Subject): boolean => {
  const rooms = roomsOf({ userId: 'ann', name: 'Ann', role: 'user', ...grants });
  return earsOf('ann', subject).some((ear) => rooms.includes(ear));
};

describe('signals to a user', () => {
  it.each([
    [{}, { channelIds: ['x'] }, true],
    [{}, { conferenceId: 'k' }, true],
    [{ channels: ['x'] }, { channelIds: ['x'] }, true],
    [{ channels: ['x'] }, { channelIds: ['y'] }, false],
    [{ channels: ['x'] }, { channelIds: ['y', 'x'] }, true],
    [{ channels: [] }, { channelIds: ['y'] }, false],
    [{ channels: ['x'] }, { conferenceId: 'k' }, true],
    [{ conferences: ['k'] }, { conferenceId: 'k' }, true],
    [{ conferences: ['k'] }, { conferenceId: 'l' }, false],
    [{ conferences: ['k'] }, { channelIds: ['y'], conferenceId: 'l' }, true],
    [{ channels: ['x'], conferences: ['k'] }, { channelIds: ['y'], conferenceId: 'k' }, false],
  ])('with a token for %j, about %j: %s', (grants, subject, heard) => {
    expect(hears(grants, subject)).toBe(heard);
  });

  it('are for nobody else', () => {
    const rooms = roomsOf({ userId: 'bob', name: 'Bob', role: 'user' });
    expect(earsOf('ann', { channelIds: ['x'] }).some((ear) => rooms.includes(ear))).toBe(false);
  });
});
