import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A network between two processes that a test can take away and give back. TCP on loopback. */
export class Link {
  private readonly sockets = new Set<Socket>();
  private parted = false;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (near) => this.join(near));
  }

  /** @param target what is reached through it; only host and port count */
  static async to(target: string): Promise<Link> {
    const server = createServer({ pauseOnConnect: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Link(server, new URL(target));
  }

  /** The target's address through this link. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href.replace(/\/$/, '');
  }

  /** From now on nothing comes through, and nobody is told: connections stand, as when a cable is pulled. */
  part(): void {
    this.parted = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** What was held back comes through. */
  heal(): void {
    this.parted = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Idempotent. */
  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    this.carry(near, far);
    this.carry(far, near);
  }

  private carry(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => undefined);
    from.on('end', () => to.end());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (this.parted) from.pause();
    else from.resume();
  }
}
