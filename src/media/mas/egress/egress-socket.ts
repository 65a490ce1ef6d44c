/** The one UDP socket over which all mixers get RTP and send RTCP. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { MasCloseCode } from '../../../contracts';
import type { MediaLogger } from '../../contract';
import type { PacketSink } from '../../webrtc/send/stream-writer';
import { PortInUseError } from '../../webrtc/transport';

/** Bytes that may wait in the socket before packets are dropped. */
const MAX_QUEUED_BYTES = 4 << 20;

/** Gets the datagrams of one address and port. */
export interface EgressReader {
  readonly address: string;
  readonly port: number;
  receive(datagram: Buffer): void;
  close(code: MasCloseCode, detail: string): void;
}

export class EgressSocket {
  readonly counters = { dropped: 0, strangers: 0 };
  private readonly registered = new Map<string, EgressReader>();
  private closed = false;

  private constructor(
    private readonly socket: Socket,
    logger: MediaLogger,
  ) {
    socket.on('error', (error) => logger.warn({ err: error }, 'egress socket'));
    socket.on('message', (datagram, from) => {
      const egress = this.registered.get(key(from.address, from.port));
      if (egress) egress.receive(datagram);
      else this.counters.strangers++;
    });
  }

  /** Rejects with PortInUseError where the port is taken. */
  static async bind(address: string, udpPort: number, logger: MediaLogger): Promise<EgressSocket> {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', sendBufferSize: 4 << 20 });
    const listening = once(socket, 'listening');
    try {
      socket.bind(udpPort, address);
      await listening;
    } catch (error) {
      socket.close();
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortInUseError(udpPort, address);
      throw error;
    }
    return new EgressSocket(socket, logger);
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** From now on the egress gets the datagrams of its address and port; returns the one that had them before. */
  register(egress: EgressReader): EgressReader | undefined {
    const name = key(egress.address, egress.port);
    const before = this.registered.get(name);
    this.registered.set(name, egress);
    return before;
  }

  unregister(egress: EgressReader): void {
    const name = key(egress.address, egress.port);
    if (this.registered.get(name) === egress) this.registered.delete(name);
  }

  sinkTo(address: string, port: number): PacketSink {
    const send = (packet: Buffer): boolean => {
      if (this.closed) return false;
      if (this.socket.getSendQueueSize() > MAX_QUEUED_BYTES) {
        this.counters.dropped++;
        return false;
      }
      // Node sends in a later turn of the loop, when the writers' buffer holds another packet.
      this.socket.send(Buffer.from(packet), port, address, () => {});
      return true;
    };
    return { sendRtp: send, sendRtcp: send };
  }

  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }
}

function key(address: string, port: number): string {
  return `${address} ${port}`;
}
