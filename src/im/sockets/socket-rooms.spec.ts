import { deviceRooms, signalRooms, type Subject } from './socket-rooms';

/** Does a device with this token receive the signal? */
const receives = (grants: { channels?: string[]; conferences?: string[] }, subject: Subject): boolean => {
  const rooms = deviceRooms({ userId: 'ann', name: 'Ann', role: 'user', ...grants });
  return signalRooms('ann', subject).some((room) => rooms.includes(room));
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
  ])('reach a token for %j, about %j: %s', (grants, subject, received) => {
    expect(receives(grants, subject)).toBe(received);
  });

  it('reach nobody else', () => {
    const rooms = deviceRooms({ userId: 'bob', name: 'Bob', role: 'user' });
    expect(signalRooms('ann', { channelIds: ['x'] }).some((room) => rooms.includes(room))).toBe(false);
  });
});
