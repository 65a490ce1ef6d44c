/**
 * All that is needed of WebRTC: ICE, DTLS and SRTP of one peer connection, with raw RTP and RTCP in and out. Session
 * descriptions are written above it (codec/rtp/sdp.ts), so an adapter sees only the five values it needs from one, and
 * nothing of m-lines, codecs or SSRCs. The contract is kept by test/streaming/mas/transport.spec.ts for every adapter.
 */
import type { MediaLogger } from '../../contract';

export type TransportKind = 'node-datachannel' | 'werift';

/** What one side says of itself in its description (RFC 8839, RFC 8842). */
export interface PeerParameters {
  iceUfrag: string;
  icePwd: string;
  /** Hash function and value as in the SDP: `sha-256 AB:CD:…`. */
  fingerprint: string;
  setup: 'actpass' | 'active' | 'passive';
}

export type TransportState = 'connecting' | 'connected' | 'failed' | 'closed';

/** Handlers may throw: an adapter catches and logs it. None is called after `close()` returned. */
export interface TransportEvents {
  /** `failed` and `closed` are final; `closed` also follows when the peer ends the connection. */
  onState(state: TransportState): void;
  /** A local candidate as in the SDP, without `a=`: `candidate:…`. May wait until the answer is known. */
  onCandidate(candidate: string): void;
  /** There will be no more local candidates. */
  onGathered?(): void;
  /** One decrypted packet. The buffer is the receiver's to keep. */
  onRtp(packet: Buffer): void;
  /** One decrypted compound packet. */
  onRtcp(packet: Buffer): void;
}

export interface WebRtcTransport {
  /** Begins as the side that offers (and controls ICE). Answers with the local half, setup `actpass`. */
  offer(): Promise<PeerParameters>;
  /** Completes `offer`. Rejects on invalid parameters. */
  acceptAnswer(remote: PeerParameters): Promise<void>;
  /** Begins as the side that answers. The local half is `active` whenever the remote one leaves the choice. */
  answer(remote: PeerParameters): Promise<PeerParameters>;
  /** A remote candidate, with or without `a=`; those that come early are kept, broken ones are ignored. */
  addCandidate(candidate: string): void;
  /**
   * Sends one packet. False: not connected, or the send queue is full; the packet is dropped, never kept.
   * The buffer may be used again as soon as this returns.
   */
  sendRtp(packet: Buffer): boolean;
  sendRtcp(packet: Buffer): boolean;
  /** Ends the connection at once; idempotent. */
  close(): void;
}

export interface TransportOptions {
  /** Local address to bind, `0.0.0.0` for all. */
  bindAddress: string;
  /** Port for every connection (an adapter with a socket per connection takes it as the start of its range); 0: any. */
  udpPort: number;
  /** Addresses written into candidates instead of the local ones; empty: the local ones. */
  announcedAddresses: string[];
  /** STUN and TURN servers as `stun:host:port`; usually none, because a media node is reachable by itself. */
  iceServers: string[];
  logger: MediaLogger;
}

export interface TransportFactory {
  readonly kind: TransportKind;
  /** The one UDP port, or 0 where each connection has its own. */
  readonly udpPort: number;
  create(events: TransportEvents): WebRtcTransport;
  /** Closes the socket and all connections that are left; idempotent. */
  close(): Promise<void>;
}

/** Thrown where a UDP port is taken. */
export class PortInUseError extends Error {
  readonly code = 'EADDRINUSE';
  constructor(
    readonly port: number,
    address: string,
  ) {
    super(`UDP port ${port} on ${address} is in use`);
  }
}
