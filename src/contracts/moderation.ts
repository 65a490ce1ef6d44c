/** Who may not write in a room, or enter it. */

/**
 * /v1/channels/:id/im/mutes and …/bans (host, admin): POST · GET · DELETE …/:userId lifts it. Posting again sets the
 * new end.
 */
export interface RoomRestrictionCreate {
  userId: string;
  /** 1 000 .. 31 536 000 000 (a year). A mute must have an end; a ban without one lasts until it is lifted. */
  durationMs?: number;
}
export interface RoomRestrictionView {
  channelId: string;
  userId: string;
  /** The name where the user was seen in the room, else the id. */
  name: string;
  /** null: until it is lifted. */
  until: string | null;
  /** Who did it. */
  byUserId: string;
  createdAt: string;
}
