/**
 * Transport in TypeScript: werift's ICE, DTLS and SRTP, without its RTP layer. Packets go straight from the SRTP
 * session to us. Each connection has a UDP socket of its own.
 */
import type { Socket } from 'node:dgram';
import {
  IceCandidate,
  isMedia,
  isRtcp,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceParameters,
  RTCIceTransport,
  RtpHeader,
  type IceOptions,
} from 'werift';
import { parseRtp, seqDelta } from '../../codec/rtp/rtp';
import { announce, CandidateSet, normalizeCandidate } from './candidate';
import type {
  PeerParameters,
  TransportEvents,
  TransportFactory,
  TransportOptions,
  WebRtcTransport,
} from './port';

/** AEAD_AES_128_GCM before AES_CM_128_HMAC_SHA1_80 (RFC 7714, RFC 5764). */
const SRTP_PROFILES = [7, 1] as const;
/** Ports in use from `udpPort` upward where it is given. */
const PORT_RANGE = 1000;
/** werift guesses the rollover counter wrongly for packets this far behind (its MaxROCDisorder). */
const ROLLOVER_DISORDER = 100;
/** Bytes that may wait in a connection's socket before packets are dropped. */
const MAX_QUEUED_BYTES = 1 << 20;
const ANY = '0.0.0.0';

/** No socket is bound before a connection needs one. */
export async function createWeriftTransports(options: TransportOptions): Promise<TransportFactory> {
  await RTCDtlsTransport.SetupCertificate();
  return new WeriftTransports(options);
}

class WeriftTransports implements TransportFactory {
  readonly kind = 'werift';
  readonly udpPort = 0;
  private readonly open = new Set<WeriftTransport>();

  constructor(private readonly options: TransportOptions) {}

  create(events: TransportEvents): WebRtcTransport {
    const transport = new WeriftTransport(this.options, events, () => this.open.delete(transport));
    this.open.add(transport);
    return transport;
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((transport) => transport.stop()));
  }
}

function iceOptions(options: TransportOptions): Partial<IceOptions> {
  const { bindAddress, udpPort } = options;
  const stun = options.iceServers.map((url) => /^stun:([^:]+):(\d+)/.exec(url)).find(Boolean);
  return {
    useIpv4: true,
    useIpv6: false,
    useTcp: false,
    ...(bindAddress === ANY
      ? {}
      : { interfaceAddresses: { udp4: bindAddress }, additionalHostAddresses: [bindAddress] }),
    ...(udpPort ? { portRange: [udpPort, Math.min(65_535, udpPort + PORT_RANGE)] } : {}),
    ...(stun ? { stunServer: [stun[1]!, Number(stun[2])] } : {}),
  };
}

class WeriftTransport implements WebRtcTransport {
  private readonly ice: RTCIceTransport;
  private readonly dtls: RTCDtlsTransport;
  private readonly announced = new CandidateSet();
  private readonly lastSequence = new Map<number, number>();
  private stopping: Promise<void> | null = null;
  private gathered: Promise<void> = Promise.resolve();
  private connected = false;

  constructor(
    private readonly options: TransportOptions,
    private readonly events: TransportEvents,
    private readonly onClosed: () => void,
  ) {
    this.ice = new RTCIceTransport(new RTCIceGatherer(iceOptions(options)));
    this.dtls = new RTCDtlsTransport({}, this.ice, undefined, [...SRTP_PROFILES]);
    // Keeps werift from reading packets itself; startMedia() takes its place.
    this.dtls.srtpStarted = true;
    this.ice.onIceCandidate.subscribe((candidate) => this.guard(() => this.candidateFound(candidate)));
    this.ice.onStateChange.subscribe((state) => this.guard(() => this.iceChanged(state)));
    this.dtls.onStateChange.subscribe((state) => this.guard(() => this.dtlsChanged(state)));
  }

  offer(): Promise<PeerParameters> {
    this.ice.connection.iceControlling = true;
    this.dtls.role = 'server';
    this.gather();
    return Promise.resolve(this.localParameters('actpass'));
  }

  async acceptAnswer(remote: PeerParameters): Promise<void> {
    if (remote.setup === 'passive') this.dtls.role = 'client';
    await this.start(remote);
  }

  async answer(remote: PeerParameters): Promise<PeerParameters> {
    this.ice.connection.iceControlling = false;
    this.dtls.role = remote.setup === 'active' ? 'server' : 'client';
    this.gather();
    await this.start(remote);
    return this.localParameters(this.dtls.role === 'client' ? 'active' : 'passive');
  }

  addCandidate(candidate: string): void {
    const bare = normalizeCandidate(candidate);
    // TCP candidates and names for multicast DNS lead nowhere here.
    if (!bare || this.stopping || / tcp /i.test(bare) || bare.includes('.local ')) return;
    const parsed = IceCandidate.fromJSON({ candidate: bare, sdpMid: '0' });
    this.ice.addRemoteCandidate(parsed)?.catch((error: unknown) => {
      this.options.logger.debug({ err: error }, 'remote candidate ignored');
    });
  }

  sendRtp(packet: Buffer): boolean {
    if (!this.connected) return false;
    const rtp = parseRtp(packet);
    if (!rtp || this.confusesRollover(rtp.ssrc, rtp.sequenceNumber)) return false;
    const header = new RtpHeader({
      version: 2,
      marker: rtp.marker,
      payloadType: rtp.payloadType,
      sequenceNumber: rtp.sequenceNumber,
      timestamp: rtp.timestamp,
      ssrc: rtp.ssrc,
    });
    return this.send(() => this.dtls.srtp.encrypt(rtp.payload, header));
  }

  sendRtcp(packet: Buffer): boolean {
    return this.connected && this.send(() => this.dtls.srtcp.encrypt(packet));
  }

  close(): void {
    void this.stop();
  }

  /** close() that can be awaited: until the socket is free. */
  stop(): Promise<void> {
    this.connected = false;
    // Sockets that are just being opened would be forgotten by a stop in between.
    this.stopping ??= this.gathered
      .then(() => this.dtls.stop())
      .catch((error: unknown) => {
        this.options.logger.debug({ err: error }, 'closing a peer connection failed');
      });
    this.onClosed();
    return this.stopping;
  }

  private gather(): void {
    this.gathered = this.ice.gather().catch((error: unknown) => this.fail(error));
    void this.gathered.then(() => this.guard(() => this.events.onGathered?.()));
  }

  /** Checks and stores the remote half, then connects in the background. */
  private start(remote: PeerParameters): Promise<void> {
    const [algorithm, value] = remote.fingerprint.split(' ');
    if (!algorithm || !value || !remote.iceUfrag || !remote.icePwd) {
      return Promise.reject(new Error('remote description lacks ICE or DTLS parameters'));
    }
    this.ice.setRemoteParams(
      new RTCIceParameters({ usernameFragment: remote.iceUfrag, password: remote.icePwd, iceLite: false }),
    );
    this.dtls.setRemoteParams(new RTCDtlsParameters([new RTCDtlsFingerprint(algorithm, value)], 'auto'));
    this.connect().catch((error: unknown) => this.fail(error));
    return Promise.resolve();
  }

  private async connect(): Promise<void> {
    this.events.onState('connecting');
    await this.ice.start();
    if (this.stopping) return;
    await this.dtls.start();
    if (this.stopping) return;
    this.dtls.updateSrtpSession();
    this.ice.connection.onData.subscribe((data) => this.guard(() => this.received(data)));
    this.connected = true;
    this.guard(() => this.events.onState('connected'));
  }

  private received(data: Buffer): void {
    if (!isMedia(data)) return;
    const rtcp = isRtcp(data);
    let packet: Buffer;
    try {
      packet = rtcp ? this.dtls.srtcp.decrypt(data) : this.dtls.srtp.decrypt(data);
    } catch {
      // Not authentic, or a replay that doesn't decrypt: as good as lost.
      return;
    }
    if (rtcp) this.events.onRtcp(packet);
    else this.events.onRtp(packet);
  }

  private send(encrypt: () => Buffer): boolean {
    if (this.queuedBytes() > MAX_QUEUED_BYTES) return false;
    try {
      this.ice.connection.send(encrypt()).catch(() => this.guard(() => this.iceChanged('failed')));
      return true;
    } catch {
      return false;
    }
  }

  /** What Node has taken but the kernel hasn't; werift doesn't look. */
  private queuedBytes(): number {
    const protocol = this.ice.connection.nominated?.protocol as
      { transport?: { socket?: Socket } } | undefined;
    return protocol?.transport?.socket?.getSendQueueSize() ?? 0;
  }

  /** A second transmission of number 0 would make werift count a wrap that wasn't one, and garble all that follows. */
  private confusesRollover(ssrc: number, sequenceNumber: number): boolean {
    const last = this.lastSequence.get(ssrc);
    if (last === undefined || seqDelta(sequenceNumber, last) > 0) this.lastSequence.set(ssrc, sequenceNumber);
    return sequenceNumber === 0 && last !== undefined && seqDelta(last, 0) > ROLLOVER_DISORDER;
  }

  private localParameters(setup: PeerParameters['setup']): PeerParameters {
    const { usernameFragment, password } = this.ice.localParameters;
    const fingerprint = this.dtls.localParameters.fingerprints.find((print) => print.algorithm === 'sha-256');
    return {
      iceUfrag: usernameFragment,
      icePwd: password,
      fingerprint: `sha-256 ${fingerprint?.value ?? ''}`,
      setup,
    };
  }

  private candidateFound(candidate: IceCandidate | undefined): void {
    const { bindAddress } = this.options;
    // It gathers on every interface, whatever address the sockets are bound to.
    if (!candidate || (bindAddress !== ANY && candidate.ip !== bindAddress)) return;
    for (const line of announce(
      `candidate:${candidate.toJSON().candidate}`,
      this.options.announcedAddresses,
    )) {
      if (this.announced.add(line)) this.events.onCandidate(line);
    }
  }

  private iceChanged(state: string): void {
    if (state === 'failed' || state === 'disconnected' || state === 'closed') {
      const wasConnected = this.connected;
      this.connected = false;
      if (wasConnected || state === 'failed') this.events.onState('failed');
    }
  }

  private dtlsChanged(state: string): void {
    if (state !== 'failed' && state !== 'closed') return;
    this.connected = false;
    this.events.onState(state);
  }

  private fail(error: unknown): void {
    if (this.stopping) return;
    this.options.logger.debug({ err: error }, 'peer connection failed');
    this.guard(() => this.events.onState('failed'));
  }

  private guard(action: () => void): void {
    if (this.stopping) return;
    try {
      action();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'a transport handler failed');
    }
  }
}
