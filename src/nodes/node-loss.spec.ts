import { Attention, isLost, SILENCE_MS } from './node-loss';

describe('a node', () => {
  const silent = { silentMs: 7000, attentiveMs: 7000, probe: 'silent', hearsOthers: true } as const;

  it('is lost when it is silent, doesn’t answer, and others are heard', () => {
    expect(isLost(silent)).toBe(true);
  });

  it.each([
    ['has reported lately', { silentMs: SILENCE_MS - 1 }],
    ['answers a call: only its reports don’t arrive', { probe: 'answers' as const }],
    ['can’t be heard because nobody can', { hearsOthers: false }],
    ['was silent while control was paused', { attentiveMs: 3000 }],
  ])('is not lost when it %s', (_, more) => {
    expect(isLost({ ...silent, ...more })).toBe(false);
  });

  it('is lost where nobody listens at its address any more, and in the end where it is the only one', () => {
    expect(isLost({ ...silent, probe: 'refused', hearsOthers: false })).toBe(true);
    expect(isLost({ ...silent, silentMs: 60_000, attentiveMs: 31_000, hearsOthers: false })).toBe(true);
  });
});

describe('the attention of control', () => {
  it('grows tick by tick', () => {
    const attention = new Attention();
    expect([0, 1000, 2000, 3000].map((now) => attention.tick(now, true))).toEqual([0, 1000, 2000, 3000]);
  });

  it('begins anew after a pause of the process, and after a time in which no report could be taken', () => {
    const attention = new Attention();
    for (const now of [0, 1000, 2000]) attention.tick(now, true);
    expect(attention.tick(10_000, true)).toBe(0);
    expect(attention.tick(11_000, true)).toBe(1000);
    expect(attention.tick(12_000, false)).toBe(0);
    expect(attention.tick(13_000, true)).toBe(0);
    expect(attention.tick(14_000, true)).toBe(1000);
  });
});
