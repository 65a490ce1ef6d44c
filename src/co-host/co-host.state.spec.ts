import type { CoHostState, InvitationState, SeatState } from '../contracts';
import { invitationStates, seatStates, sessionStates } from './co-host.state';

describe('the life of an invitation', () => {
  it('is one answer and no second', () => {
    const answers: InvitationState[] = ['accepted', 'rejected', 'cancelled', 'expired'];
    for (const answer of answers) {
      expect(invitationStates.can('pending', answer)).toBe(true);
      expect(invitationStates.isFinal(answer)).toBe(true);
    }
  });
});

describe('the life of a session', () => {
  it('goes connecting, live, ending, ended', () => {
    const way: CoHostState[] = ['connecting', 'live', 'ending', 'ended'];
    way.slice(1).forEach((to, i) => expect(sessionStates.can(way[i]!, to)).toBe(true));
  });

  it('may fail from any state that is active, and from no other', () => {
    const failing: CoHostState[] = ['connecting', 'live', 'ending'];
    failing.forEach((from) => expect(sessionStates.can(from, 'failed')).toBe(true));
    expect(sessionStates.can('ended', 'failed')).toBe(false);
  });

  it('is not live again once it ends', () => {
    expect(sessionStates.can('ending', 'live')).toBe(false);
    expect(sessionStates.isFinal('ended')).toBe(true);
    expect(sessionStates.isFinal('failed')).toBe(true);
  });

  it('does not end without having gone through ending', () => {
    expect(sessionStates.can('live', 'ended')).toBe(false);
    expect(sessionStates.can('connecting', 'ended')).toBe(false);
  });
});

describe('the life of a seat', () => {
  it('lets a user come again by invitation only', () => {
    const from: SeatState = 'left';
    expect(seatStates.can(from, 'invited')).toBe(true);
    expect(seatStates.can(from, 'on-air')).toBe(false);
  });
});
