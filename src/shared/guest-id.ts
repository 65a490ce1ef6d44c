/** Ids of people who came by a share link, without an account, begin so; nobody else's do. */
export const GUEST_PREFIX = 'guest-';

/** Is it somebody without an account, whose name is whatever they have typed? */
export function isGuestId(userId: string): boolean {
  return userId.startsWith(GUEST_PREFIX);
}
