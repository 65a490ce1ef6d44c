import { Inject, UseFilters, UsePipes } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { UserTokenFacade } from '../auth';
import { canonicalId, inRequest, requestIdOf, validationPipe } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import type { Ack, ChatMessage, ClientToServerEvents, RoomSnapshot } from '../contracts';
import { allowOrigin, authenticate } from './sockets/handshake';
import { HistoryDto, LikeDto, RenewDto, RoomDto, SendDto } from './im.dto';
import { ImFilter } from './sockets/im.filter';
import { ImFacade } from './im.facade';
import type { ImServer, ImSocket } from './sockets/im-socket';
import { admitEvent, MAX_FRAME_BYTES } from './sockets/event-guard';
import { SocketSession } from './sockets/socket-session';
import { RoomService } from './room.service';
import { SocketQuota } from './sockets/socket-quota';
import { SocketCluster } from './sockets/socket-cluster';
import { UserRateLimits } from './sockets/user-rate-limits';

/** SubscribeMessage for events of the contract only. */
const On = (event: keyof ClientToServerEvents) => SubscribeMessage(event);

/** Characters of a client's input that go into the log. */
const MAX_LOGGED = 64;

/** A lost network says nothing: both sides give a connection up that is silent for the two together, as a MAS does, ms. */
const PINGS = { pingInterval: 10_000, pingTimeout: 10_000 };

@WebSocketGateway({ maxHttpBufferSize: MAX_FRAME_BYTES, serveClient: false, ...PINGS })
@UsePipes(validationPipe())
@UseFilters(new ImFilter())
export class ImGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly tokens: UserTokenFacade,
    private readonly session: SocketSession,
    private readonly im: ImFacade,
    private readonly rooms: RoomService,
    private readonly limits: UserRateLimits,
    private readonly cluster: SocketCluster,
    private readonly quota: SocketQuota,
  ) {}

  afterInit(server: ImServer): void {
    server.engine.use(allowOrigin(this.config.PUBLIC_URL));
    const middleware = authenticate(this.tokens, this.quota);
    server.use((socket, next) => void middleware(socket, next));
    this.cluster.attach(server);
    this.im.attach(server);
  }

  handleConnection(socket: ImSocket): void {
    if (!this.admit(socket)) return;
    this.session.begin(socket);
    // For the log, every event is a request of its own.
    socket.use((packet, next) => {
      if (!admitEvent(packet, socket.data.caller)) return;
      const [event, payload] = packet as unknown[];
      const { channelId } = (payload ?? {}) as { channelId?: unknown };
      const fields = {
        socketId: socket.id,
        event: String(event),
        ...(typeof channelId === 'string' && { channelId: canonicalId(channelId).slice(0, MAX_LOGGED) }),
      };
      inRequest(
        {
          requestId: requestIdOf(undefined),
          address: socket.handshake.address,
          caller: socket.data.caller,
          fields,
        },
        next,
      );
    });
  }

  handleDisconnect(socket: ImSocket): void {
    clearTimeout(socket.data.expiry);
    if (socket.data.counted) this.quota.closed(socket.data.caller.userId);
    void this.rooms.lost(socket);
  }

  @On('auth:renew')
  renew(
    @ConnectedSocket() socket: ImSocket,
    @MessageBody() body: RenewDto,
  ): Promise<Ack<{ expiresAt: string }>> {
    return this.answer(socket, () => this.session.renew(socket, body.token));
  }

  @On('room:join')
  join(@ConnectedSocket() socket: ImSocket, @MessageBody() body: RoomDto): Promise<Ack<RoomSnapshot>> {
    return this.answer(socket, () => this.rooms.join(socket, body.channelId));
  }

  @On('room:leave')
  leave(@ConnectedSocket() socket: ImSocket, @MessageBody() body: RoomDto): Promise<Ack<null>> {
    return this.answer(socket, () => this.rooms.leave(socket, body.channelId));
  }

  @On('room:send')
  send(@ConnectedSocket() socket: ImSocket, @MessageBody() body: SendDto): Promise<Ack<ChatMessage>> {
    return this.answer(socket, () => this.rooms.send(socket, body.channelId, body.text));
  }

  @On('room:history')
  history(@ConnectedSocket() socket: ImSocket, @MessageBody() body: HistoryDto): Promise<Ack<ChatMessage[]>> {
    return this.answer(socket, () => this.rooms.history(socket, body.channelId, body.afterSeq));
  }

  @On('live:like')
  like(@ConnectedSocket() socket: ImSocket, @MessageBody() body: LikeDto): Promise<Ack<null>> {
    return this.answer(socket, () => this.rooms.like(socket, body.channelId, body.count));
  }

  /** Several that shook hands at once were all told that there was room. */
  private admit(socket: ImSocket): boolean {
    const { userId } = socket.data.caller;
    try {
      this.quota.require(userId);
    } catch {
      socket.disconnect(true);
      return false;
    }
    this.quota.opened(userId);
    socket.data.counted = true;
    return true;
  }

  private async answer<T>(socket: ImSocket, work: () => Promise<T>): Promise<Ack<T>> {
    this.limits.of(socket.data.caller.userId).commands.take();
    return { ok: true, data: await work() };
  }
}
