export interface OnlineUser {
  userId: string;
  name: string;
}

interface Entry extends OnlineUser {
  sockets: Set<string>;
}

/**
 * Who is in which room with a connection to this process, by user: several tabs or devices count once. Follows the open
 * sockets and nothing else; RoomPresence joins the processes.
 */
export class LocalPresence {
  /** channelId -> userId -> entry */
  private readonly rooms = new Map<string, Map<string, Entry>>();
  /** socketId -> channelIds */
  private readonly bySocket = new Map<string, Set<string>>();

  /** @returns true when the user was not in the room before */
  join(channelId: string, user: OnlineUser, socketId: string): boolean {
    this.bySocket.set(socketId, (this.bySocket.get(socketId) ?? new Set()).add(channelId));
    const room = this.rooms.get(channelId) ?? new Map<string, Entry>();
    this.rooms.set(channelId, room);
    const entry = room.get(user.userId);
    if (entry) {
      entry.name = user.name;
      entry.sockets.add(socketId);
      return false;
    }
    room.set(user.userId, { ...user, sockets: new Set([socketId]) });
    return true;
  }

  /** @returns true when this was the user's last socket in the room */
  leave(channelId: string, userId: string, socketId: string): boolean {
    const channels = this.bySocket.get(socketId);
    channels?.delete(channelId);
    if (channels?.size === 0) this.bySocket.delete(socketId);
    const room = this.rooms.get(channelId);
    const entry = room?.get(userId);
    if (!room || !entry?.sockets.delete(socketId) || entry.sockets.size > 0) return false;
    room.delete(userId);
    if (room.size === 0) this.rooms.delete(channelId);
    return true;
  }

  /** Takes out all sockets of the user. */
  expel(channelId: string, userId: string): void {
    for (const socketId of [...(this.rooms.get(channelId)?.get(userId)?.sockets ?? [])]) {
      this.leave(channelId, userId, socketId);
    }
  }

  /** Rooms that a socket is in. */
  roomsOf(socketId: string): string[] {
    return [...(this.bySocket.get(socketId) ?? [])];
  }

  /** undefined where the user has no connection here. */
  find(channelId: string, userId: string): OnlineUser | undefined {
    return this.rooms.get(channelId)?.get(userId);
  }

  /** Everybody who has a connection here. */
  all(): { channelId: string; userId: string }[] {
    return [...this.rooms].flatMap(([channelId, room]) =>
      [...room.keys()].map((userId) => ({ channelId, userId })),
    );
  }
}
