import type { PkMatchView } from '../contracts';
import type { PkMatch, PkSide } from './pk.entity';

/** @param sides both */
export function matchView(match: PkMatch, sides: readonly PkSide[]): PkMatchView {
  const { id, state, durationMs, reason, winner, createdAt, startedAt, endsAt } = match;
  return {
    ...{ id, state, durationMs, reason, winner },
    sides: [...sides]
      .sort((a, b) => a.side - b.side)
      .map(({ channelId, title, hostId, hostName, sessionId, points }) => ({
        ...{ channelId, title, hostId, hostName, sessionId, points },
      })),
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
  };
}
