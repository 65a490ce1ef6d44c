import type { BypassState } from '../contracts';
import { bypassStates } from './bypass-live.state';

describe('bypass live', () => {
  const states: BypassState[] = ['idle', 'starting', 'live', 'draining'];
  const allowed = [
    'idle starting',
    'starting live',
    'starting idle',
    'live draining',
    'live idle',
    'draining live',
    'draining idle',
  ];

  it.each(states.flatMap((from) => states.map((to) => [from, to] as const)))('%s -> %s', (from, to) => {
    expect(bypassStates.can(from, to)).toBe(allowed.includes(`${from} ${to}`));
  });

  it('has no end: a conference may be watched again', () => {
    expect(states.filter((state) => bypassStates.isFinal(state))).toEqual([]);
  });
});
