import type { ConferenceMemberRecord } from '../../conference';
import { isWatchable, mixSeats } from './bypass-seats';

function member(userId: string, more: Partial<ConferenceMemberRecord> = {}): ConferenceMemberRecord {
  const on = {
    audio: true,
    video: true,
    audioMutedByHost: false,
    videoMutedByHost: false,
    gain: 1,
    sendingAudio: true,
    sendingVideo: true,
    admission: 1,
  };
  return { memberId: `m-${userId}`, userId, name: userId, state: 'connected', ...on, ...more };
}
const who = (seats: { userId: string; seat: number }[]) => seats.map((s) => `${s.seat}${s.userId}`).join(' ');

describe('seats of a bypass mix', () => {
  it('go in the order of coming, to those who are connected', () => {
    const members = [
      member('a'),
      member('b', { state: 'joined' }),
      member('c'),
      member('d', { state: 'left' }),
    ];
    expect(who(mixSeats([], members))).toBe('0a 1c');
  });

  it('stay with those who have one, and the next gets the lowest that is free', () => {
    const before = mixSeats([], [member('a'), member('b'), member('c')]);
    const after = mixSeats(before, [member('a', { state: 'left' }), member('b'), member('c'), member('d')]);
    expect(who(after)).toBe('0d 1b 2c');
  });

  it('are sixteen at most; one who waits comes in when another leaves', () => {
    const all = Array.from({ length: 18 }, (_, i) => member(`u${i}`));
    const full = mixSeats([], all);
    expect(full.map(({ seat }) => seat)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    const next = mixSeats(
      full,
      all.filter(({ userId }) => userId !== 'u3'),
    );
    expect(next[3]).toMatchObject({ userId: 'u16', seat: 3 });
    expect(next).toHaveLength(16);
  });

  it('are silent or without a picture where conference control or the camera says so', () => {
    const [muted, dark, hidden] = mixSeats(
      [],
      [
        member('a', { audio: false, gain: 0.5 }),
        member('b', { sendingVideo: false }),
        member('c', { video: false }),
      ],
    );
    expect(muted).toMatchObject({ audio: false, video: true, gain: 0.5 });
    expect(dark).toMatchObject({ audio: true, video: false });
    expect(hidden).toMatchObject({ audio: true, video: false });
  });
});

it('is worth watching when somebody who is connected sends something', () => {
  expect(isWatchable([member('a', { sendingVideo: false })])).toBe(true);
  expect(isWatchable([member('a', { sendingAudio: false, sendingVideo: false })])).toBe(false);
  expect(isWatchable([member('a', { state: 'joined' })])).toBe(false);
  expect(isWatchable([])).toBe(false);
});
