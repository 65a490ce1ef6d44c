import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** In the messages of the wire protocol, which carry SQL and text parameters as they are. */
const BEGIN = /START TRANSACTION|BEGIN/;
const COMMIT = /COMMIT\0/;
const ROLLBACK = /ROLLBACK/;

/** When the connections are cut: the commit never reaches the server, or its answer never reaches the process. */
export type CutAt = 'before-commit' | 'after-commit';

interface Trap {
  /** Is it this commit? @param sql statements and parameters of the transaction, or of one statement without any */
  fits: (sql: string) => boolean;
  at: CutAt;
  then: () => void;
}

/** What one connection is about. */
interface Link {
  client: Socket;
  upstream: Socket;
  /** Statements since the transaction began; null outside of one. */
  transaction: string | null;
  /** To be sprung when the server has answered. */
  due: Trap | null;
}

/**
 * Stands between one process and its Postgres, so that a test can take the database away from it: at once, or exactly
 * between a commit and whatever the process would have done next.
 */
export class DatabaseProxy {
  private readonly links = new Set<Link>();
  private trap: Trap | null = null;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** @param target address of the real server and its database */
  static async open(target: string): Promise<DatabaseProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DatabaseProxy(server, new URL(target));
  }

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Cuts all connections at the n-th transaction from now on (1: the next), and calls `then` in that moment. */
  cutAtNth(commits: number, at: CutAt, then: () => void): void {
    let left = commits;
    this.trap = { fits: (sql) => BEGIN.test(sql) && --left === 0, at, then };
  }

  /** As `cutAtNth`, at the first commit whose statements (or, without a transaction, statement) are like this. */
  cutAt(like: RegExp, at: CutAt, then: () => void): void {
    this.trap = { fits: (sql) => like.test(sql), at, then };
  }

  /** Idempotent. */
  disarm(): void {
    this.trap = null;
  }

  /** Ends all connections at once; what has reached the server is still carried out. New ones are let in. */
  cut(): void {
    for (const { client, upstream } of this.links) {
      client.destroy();
      upstream.end();
    }
    this.links.clear();
  }

  /** As `cut`, and for good. Idempotent. */
  shut(): void {
    this.disarm();
    this.server.close();
    this.cut();
  }

  private join(client: Socket): void {
    const upstream = connect(Number(this.target.port), this.target.hostname);
    const link: Link = { client, upstream, transaction: null, due: null };
    this.links.add(link);
    client.on('data', (chunk) => this.ask(link, chunk));
    upstream.on('data', (chunk) => this.answer(link, chunk));
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.links.delete(link);
        client.destroy();
        upstream.end();
      });
    }
  }

  private ask(link: Link, chunk: Buffer): void {
    const commit = committedBy(link, chunk.toString('latin1'));
    const { trap } = this;
    if (!trap || commit === null || !trap.fits(commit)) return void link.upstream.write(chunk);
    this.trap = null;
    if (trap.at === 'before-commit') return this.spring(trap);
    link.due = trap;
    link.upstream.write(chunk);
  }

  private answer({ client, due }: Link, chunk: Buffer): void {
    if (due) this.spring(due);
    else if (!client.destroyed) client.write(chunk);
  }

  private spring(trap: Trap): void {
    this.cut();
    trap.then();
  }
}

/** Statements that are committed with this message; null: none are, as yet. */
function committedBy(link: Link, message: string): string | null {
  if (link.transaction === null && !BEGIN.test(message)) return message;
  link.transaction = (link.transaction ?? '') + message;
  const { transaction } = link;
  if (COMMIT.test(message)) {
    link.transaction = null;
    return transaction;
  }
  if (ROLLBACK.test(message)) link.transaction = null;
  return null;
}
