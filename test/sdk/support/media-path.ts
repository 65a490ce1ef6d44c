/** One person's way to a media node over UDP: each of its peers gets an address here in place of the node's own. */
import { createSocket, type Socket } from 'node:dgram';

export class MediaPath {
  private readonly ways = new Map<number, Promise<Way>>();
  private readonly all: Way[] = [];
  private passing = true;

  get isOpen(): boolean {
    return this.passing;
  }

  silence(): void {
    this.passing = false;
  }

  mend(): void {
    this.passing = true;
  }

  /** Another address from now on: the ways in use lead nowhere any more. */
  roam(): void {
    for (const way of this.all) way.isDead = true;
    this.ways.clear();
  }

  /** `candidate:…` of the node, by this way (RFC 8839 §5.1). */
  async candidate(line: string): Promise<string> {
    const fields = line.split(' ');
    const [address, port] = [fields[4]!, Number(fields[5])];
    if (address.includes(':')) return line;
    const way = this.ways.get(port) ?? Way.to(port, address, () => this.passing);
    this.ways.set(port, way);
    const opened = await way;
    if (!this.all.includes(opened)) this.all.push(opened);
    [fields[4], fields[5]] = ['127.0.0.1', String(opened.port)];
    return fields.join(' ');
  }

  close(): void {
    this.all.forEach((way) => way.close());
  }
}

/** Between any number of sockets of this person and one of the node. */
class Way {
  isDead = false;
  private readonly behind = new Map<string, Socket>();

  private constructor(
    private readonly front: Socket,
    to: { port: number; address: string },
    private readonly isPassing: () => boolean,
  ) {
    front.on('message', (datagram, peer) => {
      if (this.passes()) this.socketOf(peer).send(datagram, to.port, to.address);
    });
  }

  static async to(port: number, address: string, isPassing: () => boolean): Promise<Way> {
    const front = createSocket('udp4');
    await new Promise<void>((resolve) => front.bind(0, '127.0.0.1', resolve));
    return new Way(front, { port, address }, isPassing);
  }

  get port(): number {
    return this.front.address().port;
  }

  close(): void {
    this.isDead = true;
    this.front.close();
    this.behind.forEach((socket) => socket.close());
  }

  private passes(): boolean {
    return !this.isDead && this.isPassing();
  }

  private socketOf(peer: { port: number; address: string }): Socket {
    const key = `${peer.address} ${peer.port}`;
    let socket = this.behind.get(key);
    if (!socket) {
      socket = createSocket('udp4');
      socket.bind(0, '127.0.0.1');
      socket.on('message', (datagram) => {
        if (this.passes()) this.front.send(datagram, peer.port, peer.address);
      });
      this.behind.set(key, socket);
    }
    return socket;
  }
}
