import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createAdapter } from '@socket.io/postgres-adapter';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { Log } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { ImServer } from './im-socket';

type Done = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (error?: unknown) => void,
) => void;

/**
 * One connection listens and one sends, so that signals leave in the order in which they were emitted; a larger pool
 * would let them overtake each other.
 */
const CONNECTIONS = 2;

/** A pool for the adapter, which keeps one connection for good and doesn't replace it when it breaks. */
class ListeningPool extends Pool {
  private readonly listening = new Set<PoolClient>();

  constructor(options: PoolConfig) {
    super(options);
    this.on('release', (_error, client) => this.listening.delete(client));
  }

  /** Only the adapter's listener is asked for by promise; `query` uses the callback. */
  override connect(): Promise<PoolClient>;
  override connect(done: Done): void;
  override connect(done?: Done): Promise<PoolClient> | void {
    if (done) return super.connect(done);
    return super.connect().then((client) => {
      // Otherwise a dead connection keeps its place in the pool. (On close the adapter removes this listener.)
      client.once('end', () => this.drop(client));
      this.listening.add(client);
      return client;
    });
  }

  /** Also releases the connection that the adapter keeps. */
  async close(): Promise<void> {
    for (const client of this.listening) this.drop(client);
    await this.end();
  }

  private drop(client: PoolClient): void {
    if (this.listening.delete(client)) client.release(true);
  }
}

/** Signals reach clients of the other API processes: NOTIFY on our Postgres (@socket.io/postgres-adapter). */
@Injectable()
export class SocketCluster implements OnApplicationShutdown {
  private readonly log = new Log('im');
  private pool: ListeningPool | null = null;
  private server: ImServer | null = null;

  constructor(@Inject(CONFIG) private readonly config: RuntimeConfig) {}

  attach(server: ImServer): void {
    const pool = new ListeningPool({
      connectionString: this.config.DATABASE_URL,
      max: CONNECTIONS,
      application_name: 'lianmai-im',
      keepAlive: true,
    });
    this.pool = pool;
    this.server = server;
    // Without both of these a lost connection ends the process.
    pool.on('error', (error) => this.warn(error));
    pool.on('connect', (client) => client.on('error', (error) => this.warn(error)));
    const errorHandler = (error: Error) => this.warn(error);
    server.adapter(createAdapter(pool, { channelPrefix: 'lianmai_im', errorHandler }));
  }

  /** After the sockets: Nest ends these with the HTTP server, and leaves the adapter to us. */
  async onApplicationShutdown(): Promise<void> {
    await this.server?.of('/').adapter.close();
    await this.pool?.close();
  }

  private warn(error: Error): void {
    this.log.warn({ err: error }, 'connection between the API processes is in trouble');
  }
}
