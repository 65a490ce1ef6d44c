import type { CoHostReason, PkReason } from '../../contracts';

/** Why a match is over. */
export interface Outcome {
  reason: PkReason;
  /** Channel of the host who has given up or vanished: the other has won, whatever the points. */
  loser?: string;
}

/** Ends of a session that are the host's fault, and what they are called in a match. */
const FORFEITS: Partial<Record<CoHostReason, PkReason>> = {
  ended_by_host: 'given_up',
  host_left: 'host_left',
  everyone_left: 'host_left',
};

/** @param broken the sides whose session is over, or about to end; at least one */
export function outcomeOf(broken: readonly { channelId: string; reason: CoHostReason | null }[]): Outcome {
  const [first] = broken;
  const reason = first?.reason ?? null;
  const forfeit = reason && FORFEITS[reason];
  if (!forfeit) return { reason: reason ?? 'session_ended' };
  return broken.length === 1 ? { reason: forfeit, loser: first!.channelId } : { reason: forfeit };
}

/** Channel of the winner; null: a draw. @param sides both */
export function winnerOf(
  sides: readonly { channelId: string; points: number }[],
  { loser }: Outcome,
): string | null {
  if (loser !== undefined) return sides.find(({ channelId }) => channelId !== loser)?.channelId ?? null;
  const [a, b] = sides;
  if (!a || !b || a.points === b.points) return null;
  return a.points > b.points ? a.channelId : b.channelId;
}
