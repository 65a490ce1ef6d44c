import { isPresent, memberStates } from './member.state';

describe('member states', () => {
  it('let a member who left join again, but not be connected without having joined', () => {
    expect(memberStates.can('left', 'joined')).toBe(true);
    expect(memberStates.can('left', 'connected')).toBe(false);
    expect(memberStates.can('invited', 'connected')).toBe(false);
  });

  it('have everybody present who has not left', () => {
    const states = ['invited', 'joined', 'connected', 'left'] as const;
    expect(states.filter((state) => isPresent({ state }))).toEqual(['invited', 'joined', 'connected']);
  });
});
