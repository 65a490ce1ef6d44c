import { DomainError } from '../../platform/common';
import { seated } from '../../../test/support/fixtures/seated';
import { chooseSeat, requireOpenSeat } from './seat-plan';

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
