/**
 * A bad network between MAS and its peers: every candidate of MAS is replaced by that of a UDP relay that loses RTP.
 * It works on the encrypted datagrams, because a packet dropped above SRTP could not be sent again: the second copy
 * would be a replay.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isRtcp } from '../../../src/media/codec/rtp/rtp';
import type { TransportFactory } from '../../../src/media/webrtc/transport';

export interface LossyNetwork {
  wrap: (transports: TransportFactory) => TransportFactory;
  /** RTP packets lost and passed, both directions. */
  readonly counters: { lost: number; passed: number };
  /** On each way in use the MAS gets one datagram more, made of some that have passed to it. */
  slipIn(make: (passed: readonly Buffer[]) => Buffer): void;
  /** From now on nothing passes on the ways that peers have used so far, as when their networks have changed. */
  cut(): void;
}

/** Whether a datagram with RTP gets lost. */
type Fate = (datagram: Buffer, toPeer: boolean) => boolean;

/** Loses this share of the RTP packets in both directions, evenly, from a fixed seed. STUN, DTLS and RTCP pass. */
export function lossyNetwork(share: number): LossyNetwork {
  let seed = 12_345;
  return network(() => {
    // The upper bits of a linear congruential generator; its lower ones are poor.
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (seed >>> 8) / (0x7fff_ffff >>> 8) < share;
  });
}

/** Loses nothing by itself. */
export function openNetwork(): LossyNetwork {
  return network(() => false);
}

/** What may wait at a narrow place, ms of its rate. */
const QUEUE_MS = 200;

/**
 * A narrow place on the way to the peers, which share it: RTP beyond its rate is lost. The rate, bit/s, may be changed.
 */
export function narrowNetwork(rate: number): LossyNetwork & { rate: number } {
  let room = (rate * QUEUE_MS) / 1000;
  let at = performance.now();
  const lose: Fate = (datagram, toPeer) => {
    if (!toPeer || narrow.rate === Infinity) return false;
    const now = performance.now();
    room = Math.min(room + ((now - at) * narrow.rate) / 1000, (narrow.rate * QUEUE_MS) / 1000);
    at = now;
    if (datagram.length * 8 > room) return true;
    room -= datagram.length * 8;
    return false;
  };
  const narrow = { ...network(lose), rate };
  return narrow;
}

function network(fate: Fate): LossyNetwork {
  const relays = new Map<string, Relay>();
  const counters = { lost: 0, passed: 0 };
  const lose: Fate = (datagram, toPeer) => {
    const media = datagram[0]! >> 6 === 2 && !isRtcp(datagram);
    if (!media) return false;
    const lost = fate(datagram, toPeer);
    counters[lost ? 'lost' : 'passed']++;
    return lost;
  };
  const wrap = (transports: TransportFactory): TransportFactory => {
    return {
      kind: transports.kind,
      udpPort: transports.udpPort,
      close: async () => {
        relays.forEach((relay) => relay.close());
        await transports.close();
      },
      create: (events) => {
        const inner = transports.create({
          onState: (state) => events.onState(state),
          onRtp: (packet) => events.onRtp(packet),
          onRtcp: (packet) => events.onRtcp(packet),
          onCandidate: (candidate) => {
            const fields = candidate.split(' ');
            const key = `${fields[4]} ${fields[5]}`;
            const relay = relays.get(key) ?? new Relay(fields[4]!, Number(fields[5]), lose);
            relays.set(key, relay);
            relay.whenBound((port) => {
              [fields[4], fields[5]] = ['127.0.0.1', String(port)];
              events.onCandidate(fields.join(' '));
            });
          },
        });
        return {
          offer: () => inner.offer(),
          acceptAnswer: (remote) => inner.acceptAnswer(remote),
          answer: (remote) => inner.answer(remote),
          // MAS would find the way around the relay.
          addCandidate: () => {},
          sendRtp: (packet) => inner.sendRtp(packet),
          sendRtcp: (packet) => inner.sendRtcp(packet),
          close: () => inner.close(),
        };
      },
    };
  };
  return {
    wrap,
    counters,
    slipIn: (make) => relays.forEach((relay) => relay.slipIn(make)),
    cut: () => relays.forEach((relay) => relay.cut()),
  };
}

/** Datagrams that a relay remembers. */
const REMEMBERED = 32;

/** Passes datagrams between any number of peers and one address, each peer through a socket of its own. */
class Relay {
  private readonly front: Socket = createSocket('udp4');
  private readonly behind = new Map<string, Socket>();
  private readonly dead = new Set<string>();
  private readonly passed: Buffer[] = [];
  private port: number | null = null;

  constructor(
    private readonly address: string,
    private readonly to: number,
    lose: Fate,
  ) {
    this.front.bind(0, '127.0.0.1', () => (this.port = this.front.address().port));
    this.front.on('message', (datagram, peer) => {
      const key = `${peer.address} ${peer.port}`;
      if (this.dead.has(key)) return;
      let socket = this.behind.get(key);
      if (!socket) {
        socket = createSocket('udp4');
        socket.bind(0, '127.0.0.1');
        socket.on('message', (back) =>
          this.dead.has(key) || lose(back, true) ? undefined : this.front.send(back, peer.port, peer.address),
        );
        this.behind.set(key, socket);
      }
      if (lose(datagram, false)) return;
      if (this.passed.push(datagram) > REMEMBERED) this.passed.shift();
      socket.send(datagram, to, address);
    });
  }

  slipIn(make: (passed: readonly Buffer[]) => Buffer): void {
    if (this.passed.length === 0) return;
    for (const socket of this.behind.values()) socket.send(make(this.passed), this.to, this.address);
  }

  whenBound(action: (port: number) => void): void {
    if (this.port !== null) action(this.port);
    else this.front.once('listening', () => action(this.front.address().port));
  }

  cut(): void {
    for (const key of this.behind.keys()) this.dead.add(key);
  }

  close(): void {
    this.front.close();
    this.behind.forEach((socket) => socket.close());
  }
}
