import { StateMachine } from './state-machine';
import { stateIn } from './state-sql';

describe('StateMachine', () => {
  const door = new StateMachine<'open' | 'shut' | 'gone'>('door', 'shut', {
    open: ['shut'],
    shut: ['open', 'gone'],
    gone: [],
  });

  it('allows what the table allows and nothing else', () => {
    expect(door.can('shut', 'open')).toBe(true);
    expect(door.can('open', 'gone')).toBe(false);
    expect(() => door.assert('gone', 'open')).toThrow(/door can't go from gone to open/);
    expect(door.isFinal('gone')).toBe(true);
  });

  it('says where a state can be come from, and which states are not over', () => {
    expect(door.sourcesOf('open')).toEqual(['shut']);
    expect(door.sourcesOf('shut')).toEqual(['open']);
    expect(door.open).toEqual(['open', 'shut']);
    expect(door.over).toEqual(['gone']);
  });

  it('narrows the sources of a state, and adds the state itself where it may be repeated', () => {
    expect(door.sourcesOf('gone', ['open'])).toEqual([]);
    expect(door.sourcesOf('gone', ['open', 'shut'])).toEqual(['shut']);
    expect(door.sourcesAnd('open')).toEqual(['shut', 'open']);
  });

  it('becomes SQL, which of no state is false', () => {
    expect(stateIn('d.state', door.open)).toBe(`d.state IN ('open', 'shut')`);
    expect(stateIn('d.state', door.sourcesOf('gone', ['open']))).toBe('false');
  });

  it('refuses a table with an unreachable state', () => {
    expect(() => new StateMachine<'a' | 'b'>('x', 'a', { a: [], b: ['a'] })).toThrow(/unreachable states b/);
  });

  it('refuses a table with an unknown state', () => {
    const table = { a: ['c'] } as unknown as Record<'a', readonly 'a'[]>;
    expect(() => new StateMachine<'a'>('x', 'a', table)).toThrow(/unknown state c/);
  });
});
