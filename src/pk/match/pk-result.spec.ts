import { outcomeOf, winnerOf } from './pk-result';

const sides = (a: number, b: number) => [
  { channelId: 'a', points: a },
  { channelId: 'b', points: b },
];

describe('the result of a match', () => {
  it.each([
    [3, 2, 'a'],
    [2, 3, 'b'],
    [2, 2, null],
  ])('%i : %i is won by %s when the time is up', (a, b, winner) => {
    expect(winnerOf(sides(a, b), { reason: 'time_up' })).toBe(winner);
  });

  it('is the other’s when one gives up or vanishes, whatever the points', () => {
    expect(winnerOf(sides(9, 0), outcomeOf([{ channelId: 'a', reason: 'ended_by_host' }]))).toBe('b');
    expect(winnerOf(sides(9, 0), outcomeOf([{ channelId: 'a', reason: 'host_left' }]))).toBe('b');
  });

  it('is by points where nobody is to blame, or both are', () => {
    expect(winnerOf(sides(9, 0), outcomeOf([{ channelId: 'a', reason: 'mix_failed' }]))).toBe('a');
    const both = ['a', 'b'].map((channelId) => ({ channelId, reason: 'host_left' as const }));
    expect(winnerOf(sides(0, 1), outcomeOf(both))).toBe('b');
  });

  it('tells why in the match’s own words', () => {
    expect(outcomeOf([{ channelId: 'a', reason: 'ended_by_host' }]).reason).toBe('given_up');
    expect(outcomeOf([{ channelId: 'a', reason: 'everyone_left' }]).reason).toBe('host_left');
    expect(outcomeOf([{ channelId: 'a', reason: null }]).reason).toBe('session_ended');
  });
});
