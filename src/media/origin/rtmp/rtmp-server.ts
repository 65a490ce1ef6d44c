import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { plainAddress } from '../../../shared/ip-address';
import type { MediaLogger, PlayAuthorizer, PublishAuthorizer } from '../../contract';
import type { Hub } from '../hub';
import { RTMP_LIMITS, type RtmpLimits } from './rtmp-limits';
import { RtmpSession } from './rtmp-session';

export interface RtmpServerOptions {
  hub: Hub;
  publishAuthorizer: PublishAuthorizer;
  playAuthorizer: PlayAuthorizer;
  logger: MediaLogger;
  limits?: Partial<RtmpLimits>;
}

const LOCAL = plainAddress('::1');
const isAny = (address: string): boolean => address === '::' || address === '0.0.0.0';

function isOfThisMachine(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some((one) => plainAddress(one.address) === plainAddress(address));
}

/** Accepts encoders and RTMP players on one port. */
export class RtmpServer {
  private readonly server: Server;
  private readonly sessions = new Set<RtmpSession>();

  constructor(private readonly options: RtmpServerOptions) {
    this.server = createServer((socket) => this.accept(socket));
    this.server.maxConnections = { ...RTMP_LIMITS, ...options.limits }.maxConnections;
  }

  /** Listens; resolves to the port. @throws Error with `code` EADDRINUSE and `port` when it is taken. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        this.server.on('error', (error) => this.options.logger.error({ error }, 'RTMP server'));
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Does a connection to this address and port lead here? */
  isAt(address: string, port: number): boolean {
    const own = this.server.address() as AddressInfo | null;
    if (port !== own?.port) return false;
    const [bound, asked] = [own.address, address].map(plainAddress);
    return isAny(own.address) ? asked === LOCAL || isOfThisMachine(address) : asked === bound;
  }

  /** Closes every connection and the port. Idempotent. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) session.close();
    await closed;
  }

  private accept(socket: Socket): void {
    const limits = { ...RTMP_LIMITS, ...this.options.limits };
    const session = new RtmpSession(socket, { ...this.options, limits }, () => this.sessions.delete(session));
    this.sessions.add(session);
  }
}
