/**
 * Transport over libdatachannel (npm node-datachannel). It is given a description of our own with a single m-line:
 * libdatachannel hands a connection's only track every packet and asks nothing of what is sent on it, so all streams
 * of a bundle pass through that track and neither SSRCs nor payload types need to be known to it.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { IceUdpMuxListener, PeerConnection, Video, type Track } from 'node-datachannel';
import { isRtcp } from '../../codec/rtp/rtp';
import { announce, CandidateSet, normalizeCandidate } from './candidate';
import {
  PortInUseError,
  type PeerParameters,
  type TransportEvents,
  type TransportFactory,
  type TransportOptions,
  type TransportState,
  type WebRtcTransport,
} from './port';

const MID = '0';
/** Early remote candidates kept until there is a remote description. */
const MAX_EARLY_CANDIDATES = 64;

export interface NodeDatachannelOptions extends TransportOptions {
  /** false: a socket per connection, as a client needs it that has several connections to the same server. */
  mux?: boolean;
}

/** Binds the UDP port that all connections share. Rejects with PortInUseError. */
export async function createNodeDatachannelTransports(
  options: NodeDatachannelOptions,
): Promise<TransportFactory> {
  const listener = options.mux === false ? null : await bindMux(options.bindAddress, options.udpPort);
  return new NodeDatachannelTransports(options, listener);
}

async function bindMux(bindAddress: string, udpPort: number): Promise<IceUdpMuxListener> {
  // The library takes only a known port, and its error doesn't tell a taken port from another fault.
  for (let attempt = 0; ; attempt++) {
    const port = await probe(bindAddress, udpPort);
    try {
      return new IceUdpMuxListener(port, bindAddress);
    } catch {
      if (udpPort !== 0 || attempt === 4) throw new PortInUseError(port, bindAddress);
    }
  }
}

/** Binds and frees the port; answers its number. */
async function probe(address: string, udpPort: number): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    const bound = once(socket, 'listening');
    socket.bind(udpPort, address);
    await bound;
    return socket.address().port;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortInUseError(udpPort, address);
    throw error;
  } finally {
    socket.close();
  }
}

class NodeDatachannelTransports implements TransportFactory {
  readonly kind = 'node-datachannel';
  readonly udpPort: number;
  private readonly open = new Set<NodeDatachannelTransport>();

  constructor(
    private readonly options: NodeDatachannelOptions,
    private readonly listener: IceUdpMuxListener | null,
  ) {
    this.udpPort = listener?.port() ?? 0;
  }

  create(events: TransportEvents): WebRtcTransport {
    const transport = new NodeDatachannelTransport(this.options, this.udpPort, events, () =>
      this.open.delete(transport),
    );
    this.open.add(transport);
    return transport;
  }

  close(): Promise<void> {
    for (const transport of [...this.open]) transport.close();
    this.listener?.stop();
    return Promise.resolve();
  }
}

class NodeDatachannelTransport implements WebRtcTransport {
  private readonly connection: PeerConnection;
  private track: Track | null = null;
  private closed = false;
  private connected = false;
  private remoteSet = false;
  private readonly early: string[] = [];
  /**
   * Local candidates of the side that offers, kept until the answer is set: a peer that knows them earlier may be
   * done with ICE and DTLS while libdatachannel hasn't stored its fingerprint yet, and the handshake fails.
   */
  private held: string[] | null = null;
  private readonly announced = new CandidateSet();

  constructor(
    private readonly options: NodeDatachannelOptions,
    udpPort: number,
    private readonly events: TransportEvents,
    private readonly onClosed: () => void,
  ) {
    this.connection = new PeerConnection('mas', {
      iceServers: options.iceServers,
      bindAddress: options.bindAddress,
      forceMediaTransport: true,
      disableAutoNegotiation: true,
      ...(udpPort ? { enableIceUdpMux: true, portRangeBegin: udpPort, portRangeEnd: udpPort } : {}),
    });
    this.connection.onStateChange((state) => this.guard(() => this.stateChanged(state)));
    this.connection.onLocalCandidate((candidate) => this.guard(() => this.candidateFound(candidate)));
    this.connection.onGatheringStateChange((state) =>
      this.guard(() => {
        if (state === 'complete') this.events.onGathered?.();
      }),
    );
    this.connection.onTrack((track) => this.guard(() => this.useTrack(track)));
  }

  offer(): Promise<PeerParameters> {
    return this.attempt(() => {
      this.held = [];
      const media = new Video(MID, 'SendRecv');
      media.addH264Codec(96);
      media.addSSRC(1, 'mas');
      this.useTrack(this.connection.addTrack(media));
      this.connection.setLocalDescription('offer');
      return this.localParameters();
    });
  }

  acceptAnswer(remote: PeerParameters): Promise<void> {
    return this.attempt(() => {
      this.setRemote(remote, 'answer');
      const held = this.held ?? [];
      this.held = null;
      for (const candidate of held) this.events.onCandidate(candidate);
    });
  }

  answer(remote: PeerParameters): Promise<PeerParameters> {
    return this.attempt(() => {
      this.setRemote(remote, 'offer');
      this.connection.setLocalDescription('answer');
      return this.localParameters();
    });
  }

  addCandidate(candidate: string): void {
    const bare = normalizeCandidate(candidate);
    if (!bare || this.closed) return;
    if (this.remoteSet) this.guard(() => this.connection.addRemoteCandidate(bare, MID));
    else if (this.early.length < MAX_EARLY_CANDIDATES) this.early.push(bare);
  }

  sendRtp(packet: Buffer): boolean {
    if (!this.connected || !this.track) return false;
    // A datagram is sent or refused at once, nothing queues up. The call throws on anything the library dislikes,
    // a connection that closed meanwhile included.
    try {
      return this.track.isOpen() && this.track.sendMessageBinary(packet);
    } catch {
      return false;
    }
  }

  sendRtcp(packet: Buffer): boolean {
    return this.sendRtp(packet);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.connected = false;
    this.onClosed();
    try {
      this.connection.close();
    } catch (error) {
      this.options.logger.debug({ err: error }, 'closing a peer connection failed');
    }
  }

  private setRemote(remote: PeerParameters, type: 'offer' | 'answer'): void {
    this.connection.setRemoteDescription(describe(remote), type);
    this.remoteSet = true;
    for (const candidate of this.early.splice(0)) {
      this.guard(() => this.connection.addRemoteCandidate(candidate, MID));
    }
  }

  private localParameters(): PeerParameters {
    const sdp = this.connection.localDescription()?.sdp ?? '';
    const value = (name: string): string => new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(sdp)?.[1] ?? '';
    return {
      iceUfrag: value('ice-ufrag'),
      icePwd: value('ice-pwd'),
      fingerprint: value('fingerprint'),
      setup: value('setup') as PeerParameters['setup'],
    };
  }

  private useTrack(track: Track): void {
    this.track = track;
    // Without a handler here the binding never lets go of a track, which keeps the process alive. The track itself is
    // closed only now: closing it earlier would free its handlers under the feet of the library's threads.
    track.onClosed(() => track.close());
    track.onOpen(() => this.guard(() => this.checkConnected()));
    track.onMessage((packet) =>
      this.guard(() => (isRtcp(packet) ? this.events.onRtcp(packet) : this.events.onRtp(packet))),
    );
  }

  private stateChanged(state: string): void {
    // `disconnected` comes before consent expires and may heal.
    if (!['connecting', 'connected', 'failed', 'closed'].includes(state)) return;
    if (state === 'connected') return this.checkConnected();
    this.connected = false;
    this.events.onState(state as TransportState);
  }

  /** Connected is when packets can be sent: the track opens a little after the connection. */
  private checkConnected(): void {
    if (this.connected || this.connection.state() !== 'connected' || !this.track?.isOpen()) return;
    this.connected = true;
    this.events.onState('connected');
  }

  private candidateFound(candidate: string): void {
    for (const line of announce(candidate, this.options.announcedAddresses)) {
      if (!this.announced.add(line)) continue;
      if (this.held) this.held.push(line);
      else this.events.onCandidate(line);
    }
  }

  /** The library's calls throw synchronously; callers of the port get a rejection instead. */
  private attempt<T>(action: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.closed) throw new Error('transport is closed');
      resolve(action());
    });
  }

  /** An exception that leaves one of the library's callbacks would abort the process. */
  private guard(action: () => void): void {
    if (this.closed) return;
    try {
      action();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'a transport handler failed');
    }
  }
}

/** The least description libdatachannel accepts: one bundled m-line that sends and receives. */
function describe(remote: PeerParameters): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${MID}`,
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'c=IN IP4 0.0.0.0',
    `a=mid:${MID}`,
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:96 H264/90000',
    `a=ice-ufrag:${remote.iceUfrag}`,
    `a=ice-pwd:${remote.icePwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:${remote.fingerprint}`,
    `a=setup:${remote.setup}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}
