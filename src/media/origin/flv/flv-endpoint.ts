import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { PlayAuthorizer } from '../../contract';
import type { Sink } from '../../stream';
import { CORS, refuseUpgrade, sendProblem } from '../../http/problem';
import { asksToGet } from '../../http/request';
import type { Hub } from '../hub';
import { admitPlay, type Admission } from '../play-admission';

const PATH = /^\/live\/([^/]+)\.flv$/;

/** HTTP-FLV and WebSocket-FLV at `/live/:channelId.flv?token=`. */
export class FlvEndpoint {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 4096,
  });

  constructor(
    private readonly hub: Hub,
    private readonly authorizer: PlayAuthorizer,
  ) {}

  /** Whether the path is one of this endpoint's. */
  matches(pathname: string): boolean {
    return PATH.test(pathname);
  }

  /** Answers with an endless FLV body, or with problem JSON: 401 play_token_invalid, 404 channel_not_on_air. */
  async handleRequest(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!asksToGet(request, response)) return;
    const admitted = await this.admit(url);
    if (response.destroyed) return;
    if ('status' in admitted) return sendProblem(response, admitted.status, admitted.code, admitted.detail);
    // The body ends with the connection (RFC 9112, 6.3): chunks would cost three buffers and a tick for every write.
    response.removeHeader('Transfer-Encoding');
    response.writeHead(200, {
      ...CORS,
      'Content-Type': 'video/x-flv',
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    if (request.method === 'HEAD') return void response.end();
    response.flushHeaders();
    const { socket } = response;
    if (!socket) return;
    socket.setNoDelay(true);
    const leave = this.hub.view(admitted, 'flv', bodySink(response, socket));
    if (!leave) return void response.end();
    response.on('close', leave);
  }

  /** The same over a WebSocket, one binary message per batch. A refusal is an HTTP answer to the upgrade. */
  async handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): Promise<void> {
    const admitted = await this.admit(url);
    if (socket.destroyed) return;
    if ('status' in admitted) return refuseUpgrade(socket, admitted.status, admitted.code, admitted.detail);
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      const leave = this.hub.view(admitted, 'flv', webSocketSink(webSocket));
      if (!leave) return webSocket.close(1001, 'channel_not_on_air');
      webSocket.on('close', leave);
    });
  }

  /** Cuts the WebSocket viewers that are left. Idempotent. */
  close(): void {
    for (const socket of this.sockets.clients) socket.terminate();
  }

  private admit(url: URL): Promise<Admission> {
    return admitPlay(this.hub, this.authorizer, PATH.exec(url.pathname)?.[1] ?? '', url);
  }
}

/** Writes past the response, straight to its socket. */
function bodySink(response: ServerResponse, socket: Socket): Sink {
  return {
    get queuedBytes() {
      return socket.writableLength;
    },
    write: (bytes) => void socket.write(bytes),
    close: () => void response.end(),
    abort: () => void response.destroy(),
  };
}

function webSocketSink(webSocket: WebSocket): Sink {
  return {
    get queuedBytes() {
      return webSocket.bufferedAmount;
    },
    write: (bytes) => webSocket.send(bytes, { binary: true }),
    close: () => webSocket.close(1000, 'channel_off_air'),
    abort: () => webSocket.terminate(),
  };
}
