import { DomainError } from '../../platform/common';
import type { MixOutput, SeatState } from '../../contracts';
import { chooseSeat, mixOutput, mixScene, mixSeats, requireOpenSeat, seatChanges, seatViews } from './seats';

function seated(seat: number, state: SeatState = 'on-air', more: { audio?: boolean; video?: boolean } = {}) {
  const role = seat === 0 ? ('host' as const) : ('guest' as const);
  const unmuted = { audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false };
  return { userId: `u${seat}`, name: `U${seat}`, seat, role, state, ...unmuted, ...more };
}

const plan = { seatLimit: 9, lockedSeats: [] as number[] };

describe('chooseSeat', () => {
  const any = (members: ReturnType<typeof seated>[], p = plan) => chooseSeat(p, members, null);

  it('is the lowest that nobody sits on', () => {
    expect(any([seated(0)])).toBe(1);
    expect(any([seated(0), seated(1), seated(3)])).toBe(2);
  });

  it('takes the seat of one who left, not of one who is expected', () => {
    expect(any([seated(0), seated(1, 'left'), seated(2)])).toBe(1);
    expect(any([seated(0), seated(1, 'invited'), seated(2)])).toBe(3);
  });

  it('passes over those that are locked', () => {
    expect(any([seated(0), seated(2)], { seatLimit: 9, lockedSeats: [1, 3] })).toBe(4);
  });

  it.each([2, 9, 16])('is none when all of %i are taken or locked', (seatLimit) => {
    const all = Array.from({ length: seatLimit }, (_, i) => seated(i));
    const full = new DomainError('seats_full', { limit: seatLimit });
    expect(() => any(all, { seatLimit, lockedSeats: [] })).toThrow(full);
    expect(() => any(all.slice(0, -1), { seatLimit, lockedSeats: [seatLimit - 1] })).toThrow(full);
    expect(any(all.slice(0, -1), { seatLimit, lockedSeats: [] })).toBe(seatLimit - 1);
  });

  it('is the wanted one, or says why not', () => {
    const locked = { seatLimit: 4, lockedSeats: [2] };
    const members = [seated(0), seated(1), seated(3, 'left')];
    expect(chooseSeat(locked, members, 3)).toBe(3);
    expect(() => chooseSeat(locked, members, 1)).toThrow(new DomainError('seat_taken', { seat: 1 }));
    expect(() => chooseSeat(locked, members, 2)).toThrow(new DomainError('seat_locked', { seat: 2 }));
    for (const seat of [0, 4, -1]) {
      expect(() => chooseSeat(locked, members, seat)).toThrow(
        expect.objectContaining({ code: 'invalid_input' }) as Error,
      );
    }
  });
});

describe('requireOpenSeat', () => {
  it('lets a taken one pass: whether two change places is for the host', () => {
    expect(() => requireOpenSeat(plan, 8)).not.toThrow();
    expect(() => requireOpenSeat({ ...plan, lockedSeats: [8] }, 8)).toThrow(/locked/);
    expect(() => requireOpenSeat(plan, 9)).toThrow(/1 to 8/);
  });
});

describe('seatViews', () => {
  it('shows every seat, with who sits there and whether it is locked', () => {
    const views = seatViews({ seatLimit: 4, lockedSeats: [2] }, [seated(0), seated(1, 'left'), seated(3)]);
    expect(views).toEqual([
      { seat: 0, locked: false, userId: 'u0' },
      { seat: 1, locked: false, userId: null },
      { seat: 2, locked: true, userId: null },
      { seat: 3, locked: false, userId: 'u3' },
    ]);
  });

  it('keeps those above a limit that was lowered, where somebody sits on them', () => {
    const views = seatViews({ seatLimit: 2, lockedSeats: [] }, [seated(0), seated(4)]);
    expect(views.map(({ userId }) => userId)).toEqual(['u0', null, null, null, 'u4']);
  });
});

describe('mixSeats', () => {
  const members = [seated(2), seated(0, 'invited'), seated(1, 'invited'), seated(3, 'left')];

  it('holds everybody who is expected while the mix is yet to come up', () => {
    expect(mixSeats('connecting', members).map((s) => s.seat)).toEqual([0, 1, 2]);
  });

  it('holds those who are there once it is live, and always the host', () => {
    expect(mixSeats('live', members).map((s) => s.seat)).toEqual([0, 2]);
    expect(mixSeats('ending', [seated(0, 'left'), seated(1)]).map((s) => s.seat)).toEqual([1]);
  });

  it('says what may be heard and seen, and nothing else', () => {
    expect(mixSeats('live', [seated(1, 'on-air', { audio: false })])).toEqual([
      { userId: 'u1', name: 'U1', seat: 1, audio: false, video: true },
    ]);
  });
});

describe('the scene of a mix', () => {
  const layout = { kind: 'grid', fit: 'fit', background: '#101418' } as const;

  it('has the people of a session that is alone in its own layout', () => {
    const scene = mixScene({ state: 'live', layout }, [seated(0), seated(1, 'left')], null);
    expect(scene).toEqual({ layout, seats: mixSeats('live', [seated(0)]) });
  });

  it('of a pair shows each channel its own people on the left, with the seats of both as they are', () => {
    const others = [{ ...seated(0), userId: 'rival' }];
    const { seats } = mixScene({ state: 'live', layout }, [seated(0), seated(2)], others);
    expect(seats.map(({ userId, seat, side }) => [userId, seat, side])).toEqual([
      ['u0', 0, 'left'],
      ['u2', 2, 'left'],
      ['rival', 0, 'right'],
    ]);
  });

  it('of a pair is side by side, in the looks of the own layout', () => {
    const rects = [{ seat: 0, x: 0, y: 0, width: 1, height: 1, z: 0, fit: 'fit' as const }];
    const custom = { ...layout, kind: 'custom' as const, rects };
    expect(mixScene({ state: 'live', layout: custom }, [seated(0)], []).layout).toEqual({
      kind: 'side-by-side',
      fit: 'fit',
      background: '#101418',
    });
  });
});

describe('seatChanges', () => {
  const there = { audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false };
  const said = (seat: number, state: 'invited' | 'joined' | 'connected' | 'left', more = {}) => ({
    userId: `u${seat}`,
    state,
    ...there,
    ...more,
  });
  const changes = (...args: Parameters<typeof seatChanges>) =>
    seatChanges(...args).map(({ member, set }) => [member.userId, set]);

  it('puts who is connected on the air', () => {
    expect(changes([seated(1, 'invited')], [said(1, 'connected')])).toEqual([['u1', { state: 'on-air' }]]);
  });

  it('keeps the seat of one whose connection is lost, until he has left', () => {
    expect(changes([seated(1)], [said(1, 'joined')])).toEqual([]);
    expect(changes([seated(1)], [said(1, 'left')])).toEqual([['u1', { state: 'left' }]]);
  });

  it('never seats one who left', () => {
    expect(changes([seated(1, 'left')], [said(1, 'connected')])).toEqual([]);
  });

  it('follows what conference control allows', () => {
    expect(changes([seated(1)], [said(1, 'connected', { video: false })])).toEqual([
      ['u1', { video: false }],
    ]);
    const muted = { audio: false, audioMutedByHost: true };
    expect(changes([seated(1)], [said(1, 'connected', muted)])).toEqual([['u1', muted]]);
  });

  it('leaves those alone of whom the conference says nothing', () => {
    expect(changes([seated(1)], [said(2, 'left')])).toEqual([]);
  });
});

describe('mixOutput', () => {
  const channel: MixOutput = {
    width: 1280,
    height: 720,
    fps: 25,
    gop: 50,
    videoBitrate: 2_000_000,
    audioBitrate: 128_000,
  };

  it("follows the host's picture, with a GOP as long in seconds", () => {
    expect(mixOutput(channel, { width: 640, height: 360, fps: 30 })).toEqual({
      ...channel,
      width: 640,
      height: 360,
      fps: 30,
      gop: 60,
    });
  });

  it('follows a portrait picture, and a broken rate to the next whole one', () => {
    expect(mixOutput(channel, { width: 720, height: 1280, fps: 29.97 })).toMatchObject({
      height: 1280,
      fps: 30,
    });
  });

  it('keeps its rate where the host has told none or nonsense', () => {
    expect(mixOutput(channel, { width: 640, height: 360, fps: 0 })).toMatchObject({
      width: 640,
      fps: 25,
      gop: 50,
    });
    expect(mixOutput(channel, { width: 640, height: 360, fps: 1000 })).toMatchObject({ fps: 25 });
  });

  it.each([
    ['nothing is known', null],
    ['odd', { width: 641, height: 360, fps: 25 }],
    ['tiny', { width: 160, height: 120, fps: 25 }],
    ['huge', { width: 3840, height: 2160, fps: 25 }],
    ['no number', { width: Number.NaN, height: 360, fps: 25 }],
  ])('stays as the channel has it when the picture is %s', (_, host) => {
    expect(mixOutput(channel, host)).toEqual(channel);
  });
});
