import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { locateBinaries, type PostgresBinaries } from './binaries';
import { Cluster, superuser } from './cluster';
import { supervise } from './supervisor';

export interface EmbeddedPostgresOptions {
  /** Absolute path of a folder of its own. The caller makes sure that only one server uses it at a time. */
  dir: string;
  /** false: faster, and a power cut may lose everything; for tests. Default true. */
  durable?: boolean;
}

const database = 'lianmai';
/** Recovery after a crash takes time. */
const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

/**
 * A Postgres server of our own on a loopback port, from npm's binaries, as a child that never outlives us: its supervisor
 * shuts it down after a kill -9, too.
 */
export class EmbeddedPostgres {
  /** Resolves with the exit code when the server has ended for any reason. */
  readonly exited: Promise<number>;

  private constructor(
    /** Connection URL with the superuser's password. */
    readonly url: string,
    private readonly cluster: Cluster,
    private readonly supervisor: ChildProcess,
    exited: Promise<number>,
  ) {
    this.exited = exited;
  }

  /** Makes the database cluster where there is none, starts the server and resolves when it takes queries. */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const binaries = locateBinaries();
    const cluster = new Cluster(options.dir, binaries);
    cluster.ensure();
    await endLeftover(cluster);
    const refused: number[] = [];
    for (;;) {
      const port = await cluster.choosePort(refused);
      const server = await EmbeddedPostgres.tryPort(cluster, binaries, port, options.durable ?? true);
      if (server) return server;
      refused.push(port);
      if (refused.length === 3) throw new Error(`Postgres found no free port:\n${cluster.logTail()}`);
    }
  }

  /** Fast shutdown; resolves when the server is gone. Idempotent. */
  async stop(): Promise<void> {
    this.supervisor.stdin?.end();
    const force = setTimeout(() => signal(this.cluster.postmaster(), 'SIGQUIT'), stopTimeoutMs);
    await this.exited;
    clearTimeout(force);
  }

  /** Resolves to null where another process took the port between our look and Postgres' bind. */
  private static async tryPort(
    cluster: Cluster,
    binaries: PostgresBinaries,
    port: number,
    durable: boolean,
  ): Promise<EmbeddedPostgres | null> {
    const supervisor = supervise(
      serverCommand(binaries, cluster.data, port, durable),
      cluster.logFile,
      binaries.user,
    );
    const exited = once(supervisor, 'exit').then(([code]) => Number(code ?? 1));
    supervisor.stdin?.on('error', () => undefined);
    const address = `postgres://${superuser}:${cluster.read().password}@127.0.0.1:${port}`;
    const server = new EmbeddedPostgres(`${address}/${database}`, cluster, supervisor, exited);
    try {
      const gone = await Promise.race([ready(`${address}/postgres`, supervisor), exited]);
      if (gone === undefined) return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
    supervisor.stdin?.destroy();
    const reason = cluster.logTail();
    if (reason.includes('could not bind') || reason.includes('Address already in use')) return null;
    throw new Error(`Postgres did not start:\n${reason}`);
  }
}

function serverCommand(binaries: PostgresBinaries, data: string, port: number, durable: boolean): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    shared_buffers: '64MB',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [...binaries.prefix, join(binaries.bin, 'postgres'), '-D', data, ...options];
}

/** Resolves when the server takes queries and our database exists. Gives up quietly when the server has ended. */
async function ready(adminUrl: string, supervisor: ChildProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const client = new Client({ connectionString: adminUrl });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      if (supervisor.exitCode !== null) return new Promise(() => undefined);
      await delay(20);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** A server whose supervisor was killed too still runs, or the last one is just shutting down: end it first. */
async function endLeftover(cluster: Cluster): Promise<void> {
  const deadline = Date.now() + stopTimeoutMs;
  for (let pid = cluster.postmaster(); pid !== undefined; pid = cluster.postmaster()) {
    if (Date.now() > deadline) throw new Error(`an earlier Postgres (process ${pid}) does not stop`);
    signal(pid, 'SIGINT');
    await delay(50);
  }
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // Gone in the meantime.
  }
}
