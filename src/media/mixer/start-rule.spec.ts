import type { MixSeat } from '../contract';
import { StartRule } from './start-rule';

const seat = (userId: string, more: Partial<MixSeat> = {}): MixSeat => ({
  ...{ userId, name: userId, seat: 0, audio: true, video: true, gain: 1 },
  ...more,
});
const seats = [seat('host'), seat('guest')];

describe('StartRule', () => {
  const look = (rule: StartRule, nowMs: number, here: string[], of = seats) =>
    rule.look(of, ({ userId }) => here.includes(userId), { nowMs, startTimeoutMs: 3000 });

  it('waits for the first, then for all, but not for ever', () => {
    const rule = new StartRule();
    expect(look(rule, 0, [])).toEqual({ open: false, begin: false });
    expect(look(rule, 100_000, ['guest'])).toEqual({ open: true, begin: false });
    expect(look(rule, 102_999, ['guest'])).toEqual({ open: true, begin: false });
    // Who delivered and is gone has still begun the wait.
    expect(look(rule, 103_000, [])).toEqual({ open: true, begin: true });
  });

  it('begins at once with all of them', () => {
    expect(look(new StartRule(), 0, ['host', 'guest'])).toEqual({ open: true, begin: true });
  });

  it('awaits nothing of those who are muted and hidden', () => {
    const silent = [seat('host'), seat('guest', { audio: false, video: false })];
    expect(look(new StartRule(), 0, ['host'], silent)).toEqual({ open: true, begin: true });
    expect(look(new StartRule(), 0, [], silent.slice(1))).toEqual({ open: true, begin: true });
  });
});
