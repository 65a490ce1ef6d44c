import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TokenView, UserRole } from '../../../src/contracts';
import { type Reply, send } from './http';
import { freePorts } from '../process/ports';
import { descendantsOf, isAlive, names, processesNaming } from '../process/processes';
import { until } from '../waiting/until';

/** Tests and benches run in the project's folder, whether compiled or not. */
const dist = resolve('dist/src');
/** For a busy machine; a quiet one needs 3 s. */
const readyTimeoutMs = 90_000;
const stopTimeoutMs = 20_000;

/** Starts a program of dist/src without waiting for anything. Its environment is `env` and no more of ours. */
export function launch(
  env: Record<string, string>,
  args: string[] = [],
  program: string = 'main.js',
): Launched {
  const child = spawn(process.execPath, [join(dist, program), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { child, exited, log: () => log };
}

export interface Launched {
  child: ChildProcess;
  /** Exit code once all output is here; null after a signal. */
  exited: Promise<number | null>;
  log(): string;
}

/** The whole app as a user would start it: a process of its own, on free ports and a temporary data folder. */
export class TestApp {
  readonly url: string;
  readonly mediaUrl: string;
  readonly rtmpUrl: string;
  private launched: Launched;
  /** Its children and theirs when it was told to end. */
  private family: number[] = [];

  private constructor(
    readonly dataDir: string,
    readonly env: Record<string, string>,
  ) {
    this.url = `http://${env.PUBLIC_HOST}:${env.HTTP_PORT}`;
    this.mediaUrl = `http://${env.PUBLIC_HOST}:${env.MEDIA_HTTP_PORT}`;
    this.rtmpUrl = `rtmp://${env.PUBLIC_HOST}:${env.RTMP_PORT}`;
    this.launched = launch(env);
  }

  static async start(env: Record<string, string> = {}): Promise<TestApp> {
    const dataDir = env.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'lianmai-app-'));
    const ports = await freePorts(4);
    const names = ['HTTP_PORT', 'MEDIA_HTTP_PORT', 'RTMP_PORT', 'MAS_UDP_PORT'];
    const settings = {
      // By number: the static ffmpeg that stands on the other side can't resolve names.
      PUBLIC_HOST: '127.0.0.1',
      ...Object.fromEntries(names.map((name, i) => [name, String(ports[i])])),
    };
    const app = new TestApp(dataDir, { ...settings, ...env, DATA_DIR: dataDir });
    await app.ready();
    return app;
  }

  get pid(): number {
    return this.launched.child.pid!;
  }

  /** Of its one media process. */
  get mediaPid(): number {
    const found = descendantsOf(this.pid).filter((pid) => isAlive(pid) && names(pid, 'ROLE=media'));
    if (found.length !== 1) throw new Error(`${found.length} media processes`);
    return found[0]!;
  }

  /** As given, or from the secrets that the first start made. */
  get apiKey(): string {
    if (this.env.API_KEY) return this.env.API_KEY;
    const file = readFileSync(join(this.dataDir, 'secrets.json'), 'utf8');
    return (JSON.parse(file) as { apiKey: string }).apiKey;
  }

  /** Everything it printed since its (re)start. */
  log(): string {
    return this.launched.log();
  }

  /** Starts again on the same data and ports, after it has ended. */
  async restart(): Promise<void> {
    this.launched = launch(this.env);
    await this.ready();
  }

  /** A user's token, as an app's own backend would get it. */
  async token(userId: string, name: string, role: UserRole = 'user', ttlMs?: number): Promise<string> {
    const { status, text, body } = await send<TokenView>('POST', `${this.url}/v1/tokens`, {
      headers: { 'x-api-key': this.apiKey },
      body: { userId, name, role, ttlMs },
    });
    if (status !== 200) throw new Error(`no token: ${status} ${text}`);
    return body.token;
  }

  /** @param path from the root, e.g. `/v1/channels` */
  api<T = unknown>(method: string, path: string, body?: unknown, token?: string): Promise<Reply<T>> {
    return send<T>(method, this.url + path, { token, body });
  }

  /** Sends a signal and resolves with the exit code when the process has ended. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.launched.child.exitCode === null) this.family = descendantsOf(this.pid);
    this.launched.child.kill(signal);
    return this.launched.exited;
  }

  /** Ends it as Ctrl-C does, removes its data, and fails where a process of it is left. Idempotent. */
  async stop(): Promise<void> {
    const code = await this.end('SIGINT');
    await this.nothingLeft();
    rmSync(this.dataDir, { recursive: true, force: true });
    if (code !== 0 && code !== null) throw new Error(`exit code ${code}:\n${this.log()}`);
  }

  /** Resolves when no process of this app is left. */
  async nothingLeft(): Promise<void> {
    await until(() => this.processes().length === 0, stopTimeoutMs);
  }

  /**
   * Ids of all processes of this app: most have its data folder in their arguments or environment; mixers, which
   * inherit nothing, are known by their parent.
   */
  processes(): number[] {
    return [...new Set([...processesNaming(this.dataDir), ...this.family.filter(isAlive)])];
  }

  private async ready(): Promise<void> {
    let gone = false;
    void this.launched.exited.then(() => (gone = true));
    try {
      await until(async () => gone || (await this.isReady()), readyTimeoutMs);
    } catch (error) {
      this.launched.child.kill('SIGKILL');
      throw new Error(`${(error as Error).message}\n${this.log()}`, { cause: error });
    }
    if (gone) throw new Error(`the app ended:\n${this.log()}`);
  }

  private async isReady(): Promise<boolean> {
    const response = await fetch(`${this.url}/health/ready`).catch(() => null);
    return response?.status === 200;
  }
}

/** Starts the app with these variables beside ports and data folder, and resolves when it is ready. */
export function startApp(env: Record<string, string> = {}): Promise<TestApp> {
  return TestApp.start(env);
}
