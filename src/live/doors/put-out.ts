import { createHash } from 'node:crypto';
import type { ChannelDoors } from '../../media/contract';

/** A viewer whose play tokens are void. After `untilMs` (ms since 1970) none that was given out before is good anyway. */
export interface PutOut {
  viewer: string;
  untilMs: number;
}

/** Named to a node at a time. With more, all viewers ask for new addresses, and those who are put out get none. */
const MAX_NAMED = 500;

/** As play tokens and nodes name a user on a channel: tokens are passed on, and say nothing of who had them first. */
export function viewerName(channelId: string, userId: string): string {
  return createHash('sha256').update(`${channelId} ${userId}`).digest('base64url').slice(0, 12);
}

/** @returns null: there are too many to name */
export function withPutOut(list: readonly PutOut[], added: PutOut, nowMs: number): PutOut[] | null {
  const others = list.filter(({ viewer, untilMs }) => viewer !== added.viewer && untilMs > nowMs);
  return others.length >= MAX_NAMED ? null : [...others, added];
}

/** @param untilMs new end for this viewer; 0: let in again */
export function shortened(list: readonly PutOut[], viewer: string, untilMs: number): PutOut[] {
  return list.flatMap((one) => {
    if (one.viewer !== viewer) return [one];
    return untilMs > 0 ? [{ viewer, untilMs: Math.min(one.untilMs, untilMs) }] : [];
  });
}

export function doorsOf(
  channel: {
    suspendedAt: Date | null;
    pushGeneration: number;
    putOut: readonly PutOut[];
    visitGeneration: number;
  },
  nowMs: number,
): ChannelDoors {
  const { suspendedAt, pushGeneration, putOut, visitGeneration } = channel;
  const named = putOut.filter(({ untilMs }) => untilMs > nowMs).map(({ viewer }) => viewer);
  const doors = { suspended: suspendedAt !== null, pushGeneration, putOut: named };
  // Left out where there is nothing to say, so that these are the settings that a node of an earlier version has.
  return visitGeneration > 0 ? { ...doors, visitGeneration } : doors;
}
