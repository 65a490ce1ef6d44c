import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Signer } from '../../../src/auth';
import type { TokenView, UserRole } from '../../../src/contracts';
import { CONTROL_SECRETS } from '../../../src/platform/config';
import { type Reply, send } from '../app/http';
import { names } from '../process/processes';
import { freePorts } from '../process/ports';
import { until } from '../waiting/until';
import { DatabaseServer } from './database-server';
import { Link } from './link';
import { RedisServer } from './redis-server';
import { SupervisedProcess } from './supervised-process';

const READY_TIMEOUT_MS = 120_000;
const SECRETS = {
  AUTH_SECRET: 'a-cluster-of-a-test'.padEnd(40, '.'),
  API_KEY: 'key-of-a-test'.padEnd(40, '.'),
};

export interface ClusterOptions {
  apis: number;
  nodes: number;
  workers: number;
  /** Program of the Redis for the queues; null: they are in Postgres. */
  redis?: string | null;
  /** Variables of every process. */
  env?: Record<string, string>;
}

/** A media node, and the networks between it and control. */
export interface ClusterNode {
  id: string;
  process: SupervisedProcess;
  /** Its reports, to each of the APIs. */
  up: Link[];
  /** Control's calls. */
  down: Link;
}

/** Lianmai as several processes, on loopback: APIs, media nodes and mix workers on one Postgres. */
export class Cluster {
  readonly apis: SupervisedProcess[] = [];
  readonly nodes: ClusterNode[] = [];
  readonly workers: SupervisedProcess[] = [];

  private constructor(
    private readonly dir: string,
    readonly database: DatabaseServer,
    readonly redis: RedisServer | null,
    private readonly env: Record<string, string>,
  ) {}

  /** Resolves when every API is ready and hears every node. */
  static async start({
    apis,
    nodes,
    workers,
    redis: program = null,
    env = {},
  }: ClusterOptions): Promise<Cluster> {
    const dir = mkdtempSync(join(tmpdir(), 'lianmai-cluster-'));
    const database = await DatabaseServer.start(join(dir, 'postgres'));
    const redis = program ? await RedisServer.start(program, dir) : null;
    const common = {
      ...(redis ? { REDIS_URL: redis.url } : {}),
      ...SECRETS,
      DATABASE_URL: database.url,
      PUBLIC_HOST: '127.0.0.1',
      // The clerk opens thousands.
      LIMIT_CHANNELS_PER_USER: '1000000',
      ...env,
    };
    const cluster = new Cluster(dir, database, redis, common);
    try {
      for (let i = 0; i < apis; i++) await cluster.addApi();
      for (let i = 0; i < nodes; i++) await cluster.addNode();
      for (let i = 0; i < workers; i++) cluster.addWorker();
      await until(() => cluster.isWhole(), READY_TIMEOUT_MS);
      return cluster;
    } catch (error) {
      const logs = cluster.processes().map((process) => `${process.name}:\n${process.log().slice(-4000)}`);
      await cluster.stop();
      throw new Error(logs.join('\n'), { cause: error });
    }
  }

  /** @param path from the root. @param api which of the APIs */
  ask<T = unknown>(method: string, path: string, body?: unknown, token?: string, api = 0): Promise<Reply<T>> {
    return send<T>(method, this.urlOf(this.apis[api]!) + path, { token, body });
  }

  urlOf(api: SupervisedProcess): string {
    return `http://127.0.0.1:${api.env.HTTP_PORT}`;
  }

  async token(userId: string, name: string, role: UserRole = 'user'): Promise<string> {
    const { status, text, body } = await send<TokenView>('POST', `${this.urlOf(this.apis[0]!)}/v1/tokens`, {
      headers: { 'x-api-key': SECRETS.API_KEY },
      body: { userId, name, role },
    });
    if (status !== 200) throw new Error(`no token: ${status} ${text}`);
    return body.token;
  }

  /** Mixer processes at work and in reserve. */
  mixersOf(worker: SupervisedProcess): number[] {
    return worker.children().filter((pid) => names(pid, 'mix-process'));
  }

  /** The mixer at work and its worker, of a cluster with one mix; by what workers log when they start one. */
  mixerAtWork(): { pid: number; worker: SupervisedProcess } {
    for (const worker of this.workers) {
      const started = worker.log().match(/"mixerPid":\d+[^\n]*"msg":"mixer process started"/g) ?? [];
      const pids = started.map((line) => Number(/\d+/.exec(line)?.[0]));
      const pid = this.mixersOf(worker).find((mixer) => pids.includes(mixer));
      if (pid !== undefined) return { pid, worker };
    }
    throw new Error('no mixer is at work');
  }

  processes(): SupervisedProcess[] {
    return [...this.workers, ...this.nodes.map(({ process }) => process), ...this.apis];
  }

  /** Ends everything and removes its data. */
  async stop(): Promise<void> {
    await Promise.all(this.processes().map((process) => process.end()));
    for (const { up, down } of this.nodes) [...up, down].forEach((link) => link.close());
    await this.redis?.stop();
    await this.database.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Resolves when it answers: the first migrates the database before others look at it. */
  private async addApi(): Promise<void> {
    const [port] = await freePorts(1);
    const env = { ROLE: 'api', HTTP_PORT: String(port) };
    this.apis.push(new SupervisedProcess(`api-${this.apis.length + 1}`, { ...this.env, ...env }));
    await until(() => this.answers(this.apis.at(-1)!), READY_TIMEOUT_MS);
  }

  private async addNode(): Promise<void> {
    const id = `node-${this.nodes.length + 1}`;
    const [http, rtmp, udp] = await freePorts(3);
    const down = await Link.to(`http://127.0.0.1:${http}`);
    const up = await Promise.all(this.apis.map((api) => Link.to(this.urlOf(api))));
    const secrets: readonly string[] = CONTROL_SECRETS;
    const env = {
      ...Object.fromEntries(Object.entries(this.env).filter(([name]) => !secrets.includes(name))),
      NODE_KEY: new Signer(SECRETS.AUTH_SECRET).nodeKey(id),
      ...{
        ROLE: 'media',
        NODE_ID: id,
        CONTROL_URL: up.map(({ url }) => url).join(','),
        MEDIA_CONTROL_URL: down.url,
      },
      ...{ MEDIA_HTTP_PORT: `${http}`, RTMP_PORT: `${rtmp}`, MAS_UDP_PORT: `${udp}` },
    };
    this.nodes.push({ id, process: new SupervisedProcess(id, env), up, down });
  }

  private addWorker(): void {
    const name = `worker-${this.workers.length + 1}`;
    this.workers.push(new SupervisedProcess(name, { ...this.env, ROLE: 'mixer' }));
  }

  private async answers(api: SupervisedProcess): Promise<boolean> {
    const response = await fetch(`${this.urlOf(api)}/health/live`).catch(() => null);
    return response?.status === 200;
  }

  /** Every API is ready, every node heard, and each worker has a mixer in reserve. */
  async isWhole(): Promise<boolean> {
    for (const api of this.apis) {
      const response = await fetch(`${this.urlOf(api)}/health/ready`).catch(() => null);
      if (response?.status !== 200) return false;
    }
    const admin = await this.token('admin', 'Admin', 'admin');
    const nodes = await this.ask<{ items: { id: string; alive: boolean }[] }>(
      'GET',
      '/v1/nodes',
      undefined,
      admin,
    );
    const alive = nodes.body.items.filter((node) => node.alive).length;
    return alive === this.nodes.length && this.workers.every((worker) => this.mixersOf(worker).length > 0);
  }
}
