import type { InvitationView } from '../../contracts';
import type { Invitation } from './invitation.entity';

/** @param position of a pending application, in the queue */
export function invitationView(row: Invitation, position: number | null = null): InvitationView {
  const { id, channelId, kind, state, userId, userName, hostId, seat, toChannelId, durationMs } = row;
  return {
    ...{ id, channelId, kind, state, userId, userName, hostId, seat, position, toChannelId, durationMs },
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}

/** @param rows pending applications of one channel, the first first */
export function queueViews(rows: readonly Invitation[]): InvitationView[] {
  return rows.map((row, i) => invitationView(row, i + 1));
}
