import { pkStates } from './pk.state';

describe('states of a match', () => {
  it('runs only once both audiences see both hosts', () => {
    expect(pkStates.initial).toBe('starting');
    expect(pkStates.can('starting', 'running')).toBe(true);
    expect(pkStates.can('ending', 'running')).toBe(false);
  });

  it('takes back what it has begun before it is over, also where it never ran', () => {
    for (const from of ['starting', 'running'] as const) {
      expect(pkStates.can(from, 'ending')).toBe(true);
      expect(pkStates.can(from, 'ended')).toBe(false);
      expect(pkStates.can(from, 'failed')).toBe(false);
    }
    expect(pkStates.isFinal('ended') && pkStates.isFinal('failed')).toBe(true);
  });
});
