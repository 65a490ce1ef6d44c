import { createSocket, type Socket } from 'node:dgram';
import { WebSocket } from 'ws';
import type {
  EgressClientMessage,
  EgressServerMessage,
  EgressSource,
  WantedPicture,
} from '../../../contracts';
import { backoff } from '../../../shared/backoff';
import { parseJson } from '../../../shared/bounded-json';
import type { MediaLogger } from '../../contract';
import { Heartbeat } from '../../http/heartbeat';

export interface EgressLinkEvents {
  onSources(sources: EgressSource[]): void;
  onDatagram(datagram: Buffer): void;
  /** The link is gone for good. */
  onLost(detail: string): void;
}

const RETRY = { firstMs: 250, mostMs: 2000 };
/** Without a connection for this long the media node has probably moved: a new attempt needs fresh data. */
const GIVE_UP_MS = 10_000;
const HANDSHAKE_TIMEOUT_MS = 5000;
const PING_INTERVAL_MS = 3000;
/** Keyframes of many members arrive in bursts while the encoder has the event loop. */
const RECEIVE_BUFFER_BYTES = 4 << 20;

/**
 * The MAS' egress: says over a WebSocket where RTP is to be sent, and receives it. A lost connection is made again,
 * with a new socket, since the node forgets the old one with the WebSocket.
 */
export class EgressLink {
  private socket: WebSocket | null = null;
  private udp: Socket | null = null;
  private timer: NodeJS.Timeout | null = null;
  private pings: NodeJS.Timeout | null = null;
  private failures = 0;
  private downSinceMs = performance.now();
  private remoteAddress = '';
  private rtcpPort = 0;
  private wanted: WantedPicture[] = [];
  private closed = false;

  constructor(
    private readonly egress: { url: string; token: string },
    private readonly events: EgressLinkEvents,
    private readonly logger: MediaLogger,
  ) {}

  open(): void {
    if (this.closed) return;
    const socket = new WebSocket(this.egress.url, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: 1 << 20,
      perMessageDeflate: false,
    });
    this.socket = socket;
    socket.on(
      'upgrade',
      (response) => (this.remoteAddress = plainAddress(response.socket.remoteAddress ?? '')),
    );
    socket.on('open', () => this.subscribe(socket));
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.onMessage((data as Buffer).toString('utf8'));
    });
    socket.on('error', (error) => this.logger.warn({ error: error.message }, 'egress connection failed'));
    socket.on('close', () => this.onClose(socket));
  }

  /** RTCP to the media node, from the port that RTP arrives on. */
  sendRtcp(packet: Buffer): void {
    if (this.udp && this.rtcpPort > 0) this.udp.send(packet, this.rtcpPort, this.remoteAddress);
  }

  /** How large the pictures are drawn; sent again whenever the connection is made again. */
  want(pictures: WantedPicture[]): void {
    this.wanted = pictures;
    // Before `sources` it may not have subscribed.
    if (this.rtcpPort > 0) this.tellWanted();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.socket?.terminate();
    this.release();
  }

  private subscribe(socket: WebSocket): void {
    const udp = createSocket(this.remoteAddress.includes(':') ? 'udp6' : 'udp4');
    this.udp = udp;
    udp.on('error', (error) => {
      this.logger.warn({ error: error.message }, 'RTP socket failed');
      socket.terminate();
    });
    udp.on('message', (datagram, from) => {
      if (plainAddress(from.address) === this.remoteAddress) this.events.onDatagram(datagram);
    });
    udp.bind(0, () => {
      if (this.closed || this.udp !== udp) return;
      udp.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
      const udpPort = udp.address().port;
      const { token } = this.egress;
      const hello: EgressClientMessage = { type: 'subscribe', token, udpPort, screens: true };
      socket.send(JSON.stringify(hello));
    });
    const heartbeat = new Heartbeat(socket);
    this.pings = setInterval(() => heartbeat.beat(), PING_INTERVAL_MS);
  }

  private tellWanted(): void {
    const message: EgressClientMessage = { type: 'want', pictures: this.wanted };
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private onMessage(text: string): void {
    const message = parse(text);
    if (message?.type === 'sources') {
      this.failures = 0;
      this.downSinceMs = Infinity;
      if (this.rtcpPort === 0 && this.wanted.length > 0) this.tellWanted();
      this.rtcpPort = message.rtcpPort;
      this.events.onSources(message.sources);
    } else if (message?.type === 'closed') {
      this.logger.warn({ code: message.code, detail: message.detail }, 'egress closed by the media node');
      this.close();
      // When the conference is over there is nothing to wait for: placeholders until the mix is told to stop.
      if (message.code === 'conference_ended') this.events.onSources([]);
      else this.events.onLost(message.code);
    }
  }

  private onClose(socket: WebSocket): void {
    if (this.closed || this.socket !== socket) return;
    this.socket = null;
    this.release();
    const now = performance.now();
    if (this.downSinceMs === Infinity) this.downSinceMs = now;
    if (now - this.downSinceMs > GIVE_UP_MS) {
      this.close();
      this.events.onLost('the media node cannot be reached');
      return;
    }
    this.timer = setTimeout(() => this.open(), backoff(++this.failures, RETRY));
  }

  private release(): void {
    if (this.pings) clearInterval(this.pings);
    this.pings = null;
    this.udp?.close();
    this.udp = null;
    this.rtcpPort = 0;
  }
}

/** An IPv4 address mapped into IPv6 is an IPv4 address. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

function parse(text: string): EgressServerMessage | null {
  try {
    return parseJson(text) as EgressServerMessage;
  } catch {
    return null;
  }
}
