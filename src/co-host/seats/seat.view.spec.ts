import { seated } from '../../../test/support/fixtures/seated';
import { seatViews } from './seat.view';

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
