/** Whole seconds left until an ISO time, rounded up, never below 0. `now` in ms since 1970 by the server's clock. */
export function secondsLeft(expiresAt: string, now: number): number {
  const left = Date.parse(expiresAt) - now;
  return Number.isNaN(left) ? 0 : Math.max(0, Math.ceil(left / 1000));
}
