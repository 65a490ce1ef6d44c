import type { CoHostState } from '../../contracts';
import { sessionStates } from './session.state';

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
