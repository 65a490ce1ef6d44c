/** One person's way to a server over TCP, which can fail as real ones do. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `open`. `cut`: what is under way breaks, and nothing gets through. `silent`: packets are swallowed and nobody is told,
 * as for a phone in a lift; what was under way goes on afterwards.
 */
type Condition = 'open' | 'cut' | 'silent';

export class Cable {
  private readonly sockets = new Set<Socket>();
  /** Swallowed for ever. */
  private readonly left = new Set<Socket>();
  private condition: Condition = 'open';

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** @param target port on this machine */
  static async to(target: number): Promise<Cable> {
    const server = createServer({ pauseOnConnect: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const cable = new Cable(server, (server.address() as AddressInfo).port);
    server.on('connection', (near) => cable.join(near, target));
    return cable;
  }

  cut(): void {
    this.condition = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  silence(): void {
    this.condition = 'silent';
    for (const socket of this.sockets) socket.pause();
  }

  mend(): void {
    if (this.condition === 'silent') for (const socket of this.sockets) socket.resume();
    this.condition = 'open';
  }

  /** Another address from now on: what is under way stays swallowed for ever, what begins now gets through. */
  roam(): void {
    for (const socket of this.sockets) {
      socket.pause();
      this.left.add(socket);
    }
    this.sockets.clear();
  }

  close(): void {
    this.cut();
    for (const socket of this.left) socket.destroy();
    this.server.close();
  }

  private join(near: Socket, target: number): void {
    if (this.condition === 'cut') return void near.destroy();
    const far = connect(target, '127.0.0.1');
    this.carry(near, far);
    this.carry(far, near);
  }

  private carry(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (data) => to.write(data));
    from.on('end', () => to.end());
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      if (!this.left.has(from)) to.destroy();
    });
    if (this.condition === 'silent') from.pause();
    else from.resume();
  }
}
