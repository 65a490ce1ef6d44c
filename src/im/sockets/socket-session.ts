import { Injectable } from '@nestjs/common';
import { requireGrant, UserTokenFacade } from '../../auth';
import { DomainError } from '../../platform/common';
import { RoomService } from '../room.service';
import type { ImSocket } from './im-socket';
import { channelOf, deviceRooms } from './socket-rooms';

/** What a connection may do, and for how long: as its user's token says. */
@Injectable()
export class SocketSession {
  constructor(
    private readonly tokens: UserTokenFacade,
    private readonly rooms: RoomService,
  ) {}

  /** Of a socket whose token was verified in its handshake. */
  begin(socket: ImSocket): void {
    const { caller, expiresAtMs } = socket.data;
    void socket.join(deviceRooms(caller));
    socket.data.expiry = setTimeout(() => socket.disconnect(), expiresAtMs - Date.now());
  }

  /**
   * Another token takes the place of the one before, with what it is good for: the socket leaves rooms that it isn't.
   * @throws DomainError token_invalid; that of another user is none here
   */
  async renew(socket: ImSocket, token: string): Promise<{ expiresAt: string }> {
    const { caller: before } = socket.data;
    const { caller, expiresAtMs } = await this.tokens.authenticate(token);
    if (caller.userId !== before.userId) throw new DomainError('token_invalid');
    clearTimeout(socket.data.expiry);
    // It was closed while the token was verified.
    if (!socket.connected) throw new DomainError('token_invalid');
    Object.assign(socket.data, { caller, expiresAtMs });
    const kept = new Set(deviceRooms(caller));
    for (const room of deviceRooms(before)) if (!kept.has(room)) void socket.leave(room);
    for (const room of [...socket.rooms]) {
      const channelId = channelOf(room);
      if (channelId !== null && !isGranted(caller, channelId)) await this.rooms.leave(socket, channelId);
    }
    this.begin(socket);
    if (caller.name !== before.name) await this.rooms.renamed(socket);
    return { expiresAt: new Date(expiresAtMs).toISOString() };
  }
}

function isGranted(caller: ImSocket['data']['caller'], channelId: string): boolean {
  try {
    requireGrant(caller, { channelId });
    return true;
  } catch {
    return false;
  }
}
