/** What this tab remembers of a push that was under way when its page was left. */

/** Viewers are held this long when a source is gone (HUB_GRACE_MS by default), ms: later nobody waits for it. */
export const GRACE_MS = 10_000;

export interface LeftLive {
  /** ms since 1970 */
  at: number;
  audioOnly: boolean;
  /** The co-hosting was on the air instead. */
  paused: boolean;
}

const keyOf = (channelId: string) => `lianmai.live.${channelId}`;

export function noteLeaving(channelId: string, left: LeftLive, storage: Storage = sessionStorage): void {
  storage.setItem(keyOf(channelId), JSON.stringify(left));
}

/**
 * What this tab was doing; null: nothing, or too long ago. Answered once: a push that fails isn't begun again by the next
 * reload.
 * @param now ms since 1970
 */
export function leftLive(channelId: string, now: number, storage: Storage = sessionStorage): LeftLive | null {
  const text = storage.getItem(keyOf(channelId));
  storage.removeItem(keyOf(channelId));
  if (text === null) return null;
  const left = JSON.parse(text) as LeftLive;
  return now - left.at <= GRACE_MS ? left : null;
}
