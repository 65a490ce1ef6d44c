import { mixTaskStates } from './mix-task.state';

describe('mix task states', () => {
  it('begin as queued and end as stopped or failed', () => {
    expect(mixTaskStates.initial).toBe('queued');
    expect(['stopped', 'failed'].every((s) => mixTaskStates.isFinal(s as 'stopped' | 'failed'))).toBe(true);
  });

  it('let every task that has begun be stopped, and nothing come back from that', () => {
    for (const state of ['starting', 'running', 'retrying'] as const) {
      expect(mixTaskStates.can(state, 'stopping')).toBe(true);
      expect(mixTaskStates.can('stopping', state)).toBe(false);
    }
    expect(mixTaskStates.can('queued', 'stopped')).toBe(true);
  });

  it('go between running and retrying', () => {
    expect(mixTaskStates.can('running', 'retrying') && mixTaskStates.can('retrying', 'running')).toBe(true);
  });
});
