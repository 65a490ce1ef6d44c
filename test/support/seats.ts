import type { SeatState } from '../../src/contracts';

/** A member on a seat: user `u2` on seat 2, the host on seat 0. Neither muted nor hidden. */
export function seated(
  seat: number,
  state: SeatState = 'on-air',
  more: { audio?: boolean; video?: boolean } = {},
) {
  const role = seat === 0 ? ('host' as const) : ('guest' as const);
  const unmuted = { audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false };
  return { userId: `u${seat}`, name: `U${seat}`, seat, role, state, ...unmuted, ...more };
}
