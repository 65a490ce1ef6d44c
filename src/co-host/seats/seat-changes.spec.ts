import type { MemberState } from '../../contracts';
import { seated } from '../../../test/support/fixtures/seated';
import { seatChanges } from './seat-changes';

describe('seatChanges', () => {
  const there = { audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false, gain: 1 };
  const said = (seat: number, state: MemberState, more = {}) => ({
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

  it('keeps the seat of a member whose connection is lost, until they have left', () => {
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
    expect(changes([seated(1)], [said(1, 'connected', { gain: 0.5 })])).toEqual([['u1', { gain: 0.5 }]]);
  });

  it('leaves those alone of whom the conference says nothing', () => {
    expect(changes([seated(1)], [said(2, 'left')])).toEqual([]);
  });
});
