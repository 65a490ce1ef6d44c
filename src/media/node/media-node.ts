import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type {
  ControlAuthorizer,
  MediaLogger,
  NodeSnapshot,
  NumberedSnapshot,
  PlayAuthorizer,
  PublishAuthorizer,
} from '../contract';
import { refuseUpgrade, sendProblem } from '../http/problem';
import { RequestCutOffError } from '../http/request';
import { FlvEndpoint, HlsEndpoint, Hub, RtmpServer, type HubOptions, type RtmpLimits } from '../origin';
import { parseRtmpUrl } from '../rtmp';
import { WhipEndpoint, type WhipOptions } from '../whip';
import { ControlEndpoint } from './control-endpoint';
import type { MasPort } from './mas-port';
import { Reporter, type ReporterOptions } from './reporter';

export interface MediaNodeOptions {
  /** Address both servers bind to. */
  host: string;
  /** 0: any free one. */
  httpPort: number;
  rtmpPort: number;
  /** Public addresses, http(s)://host:port and rtmp://host:port; left out, they are made of host and port. */
  publicMediaUrl?: string;
  publicRtmpUrl?: string;
  /** This node as control reaches it; left out, as `publicMediaUrl`. */
  controlUrl?: string;
  /** Where control takes reports, and the headers that authorise them; null: nobody listens. */
  report: Pick<ReporterOptions, 'urls' | 'headers' | 'intervalMs' | 'onIdTaken'> | null;
  publishAuthorizer: PublishAuthorizer;
  playAuthorizer: PlayAuthorizer;
  controlAuthorizer: ControlAuthorizer;
  mas: MasPort;
  /** For publishers by WHIP: the transports (the MAS' own, which closes them) and codecs. Left out: there is no WHIP. */
  whip?: Pick<WhipOptions, 'transports' | 'codecs' | 'iceServers'>;
  logger: MediaLogger;
  hub?: HubOptions;
  rtmpLimits?: Partial<RtmpLimits>;
}

/** The largest MAS signalling message: an SDP with many m-lines, bytes. */
const MAX_SIGNAL_BYTES = 256 << 10;
const CLOSE_TIMEOUT_MS = 300;

/** Starts a media node: MAS and live origin behind one HTTP and one RTMP port. @throws as `MediaNode.start`. */
export async function createMediaNode(options: MediaNodeOptions): Promise<MediaNode> {
  const node = new MediaNode(options);
  await node.start();
  return node;
}

/** The process' shell: routes what comes in, and reports to control. */
export class MediaNode {
  readonly hub: Hub;
  httpPort = 0;
  rtmpPort = 0;
  private readonly http: Server;
  private readonly rtmp: RtmpServer;
  private readonly flv: FlvEndpoint;
  private readonly hls: HlsEndpoint;
  private readonly whip: WhipEndpoint | null;
  private readonly control: ControlEndpoint;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_SIGNAL_BYTES,
  });
  /** Of this start: it tells this process from another one with the same id. */
  private readonly bootId = randomUUID();
  /** Snapshots that were made for control. */
  private seq = 0;
  private reporter: Reporter | null = null;
  private closing: Promise<void> | null = null;

  constructor(private readonly options: MediaNodeOptions) {
    const { mas, controlAuthorizer, logger } = options;
    const isSelf = (address: string, port: number): boolean => this.rtmp.isAt(address, port);
    this.hub = new Hub({ ...options.hub, relay: { ...options.hub?.relay, isSelf } });
    const publishAuthorizer = whileAdmitted(options.publishAuthorizer, this.hub);
    const playAuthorizer = whileAccepted(options.playAuthorizer, this.hub);
    this.rtmp = new RtmpServer({
      hub: this.hub,
      publishAuthorizer,
      playAuthorizer,
      logger,
      limits: options.rtmpLimits,
    });
    this.flv = new FlvEndpoint(this.hub, playAuthorizer);
    this.hls = new HlsEndpoint(this.hub, playAuthorizer);
    this.whip = options.whip
      ? new WhipEndpoint({ ...options.whip, hub: this.hub, publishAuthorizer, logger })
      : null;
    this.control = new ControlEndpoint(this.hub, mas, controlAuthorizer, () => this.tell(), this.bootId);
    this.http = createServer((request, response) => this.guard(response, this.route(request, response)));
    this.http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.guard(socket, this.routeUpgrade(request, socket, head));
    });
    this.hub.on('relay', ({ url, ...event }) =>
      logger.info({ ...event, server: parseRtmpUrl(url).tcUrl }, 'relay'),
    );
    this.hub.on('viewer-too-slow', (channelId) =>
      logger.info({ channelId }, 'viewer too slow, disconnected'),
    );
  }

  /** Binds both ports. @throws Error with `code` EADDRINUSE and `port` when one is taken. */
  async start(): Promise<void> {
    const { host, httpPort, rtmpPort } = this.options;
    try {
      this.rtmpPort = await this.rtmp.listen(rtmpPort, host);
      this.httpPort = await listen(this.http, httpPort, host);
    } catch (error) {
      await this.close();
      throw error;
    }
    this.startReporter();
  }

  snapshot(): NodeSnapshot {
    return { channels: this.hub.snapshot(), conferences: this.options.mas.snapshot() };
  }

  /** The snapshot that control gets now. */
  private tell(): NumberedSnapshot {
    return { bootId: this.bootId, seq: ++this.seq, snapshot: this.snapshot() };
  }

  /** Ends viewers and publishers, closes both ports and the MAS. Idempotent. */
  close(): Promise<void> {
    return (this.closing ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    await this.reporter?.close();
    this.hub.close();
    this.whip?.close();
    await Promise.all([this.rtmp.close(), this.options.mas.close()]);
    if (!this.http.listening) return;
    const closed = new Promise((resolve) => this.http.close(resolve));
    for (const socket of this.sockets.clients) socket.terminate();
    this.flv.close();
    // Answers that were ended above get the time to leave.
    const timer = setTimeout(() => this.http.closeAllConnections(), CLOSE_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }

  private startReporter(): void {
    const { report, mas, logger } = this.options;
    const reporter =
      report &&
      new Reporter({
        ...report,
        logger,
        addresses: this.addresses(),
        snapshot: () => this.tell(),
      });
    if (!reporter) return;
    this.reporter = reporter;
    this.hub.on('channel', (snapshot) => reporter.add({ type: 'channel', ...snapshot }));
    mas.on('member', (event) => reporter.add(event));
    reporter.start();
  }

  private addresses() {
    const { rtmpPort } = this;
    const { host, publicMediaUrl, publicRtmpUrl, controlUrl } = this.options;
    const mediaUrl = publicMediaUrl ?? `http://${host}:${this.httpPort}`;
    const rtmpUrl = publicRtmpUrl ?? `rtmp://${host}:${rtmpPort}`;
    return { mediaUrl, rtmpUrl, controlUrl: controlUrl ?? mediaUrl, rtmpPort };
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = parseUrl(request);
    if (!url) return sendProblem(response, 400, 'address_invalid', 'The address is malformed.');
    if (url.pathname === '/healthz') return void response.end('ok\n');
    if (this.flv.matches(url.pathname)) return this.flv.handleRequest(request, response, url);
    if (this.hls.matches(url.pathname)) return this.hls.handleRequest(request, response, url);
    if (this.whip?.matches(url.pathname)) return this.whip.handleRequest(request, response, url.pathname);
    if (url.pathname.startsWith('/control/'))
      return this.control.handleRequest(request, response, url.pathname);
    sendProblem(response, 404, 'not_found', 'Nothing is here.');
  }

  private async routeUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = parseUrl(request);
    if (url && this.flv.matches(url.pathname)) return this.flv.handleUpgrade(request, socket, head, url);
    const { mas } = this.options;
    const remoteAddress = request.socket.remoteAddress ?? '';
    if (url?.pathname === '/mas') {
      this.accept(request, socket, head, (webSocket) => mas.acceptParticipant(webSocket));
    } else if (url?.pathname === '/mas/egress') {
      this.accept(request, socket, head, (webSocket) => mas.acceptMixer(webSocket, remoteAddress));
    } else refuseUpgrade(socket, 404, 'not_found', 'Nothing is here.');
  }

  private accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    give: (socket: WebSocket) => void,
  ): void {
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // An 'error' without a listener would end the process; the close that follows is handled.
      webSocket.on('error', (error) => this.options.logger.debug({ reason: error.message }, 'MAS socket'));
      give(webSocket);
    });
  }

  /** What goes wrong with one request ends that request. */
  private guard(connection: { destroy(): unknown }, work: Promise<void>): void {
    work.catch((error: Error) => {
      const { logger } = this.options;
      if (error instanceof RequestCutOffError) logger.debug({}, error.message);
      else logger.error({ reason: error.message }, 'request failed');
      connection.destroy();
    });
  }
}

/** A key that was valid when issued is refused once control has revoked it, or has suspended its channel. */
function whileAdmitted(authorizer: PublishAuthorizer, hub: Hub): PublishAuthorizer {
  return {
    async authorizePublish(streamName) {
      const grant = await authorizer.authorizePublish(streamName);
      return grant && hub.admits(grant) ? grant : null;
    },
  };
}

/** The same for a token to watch. */
function whileAccepted(authorizer: PlayAuthorizer, hub: Hub): PlayAuthorizer {
  return {
    async authorizePlay(channelId, token) {
      const grant = await authorizer.authorizePlay(channelId, token);
      return grant && hub.accepts(grant) ? grant : null;
    },
  };
}

function parseUrl(request: IncomingMessage): URL | null {
  const path = request.url ?? '';
  return path.startsWith('/') && URL.canParse(`http://node${path}`) ? new URL(`http://node${path}`) : null;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
