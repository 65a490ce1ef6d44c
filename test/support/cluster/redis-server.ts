import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';
import { freePorts } from '../process/ports';
import { until } from '../waiting/until';

/** The Redis of a cluster, whose process a test may kill and stop. It keeps its files and its port. */
export class RedisServer {
  private child: ChildProcess;

  private constructor(
    private readonly program: string,
    private readonly dir: string,
    private readonly port: number,
  ) {
    this.child = this.launch();
  }

  /** The machine's own redis-server; null: there is none, and it can't be had from npm. */
  static program(): string | null {
    const folders = (process.env.PATH ?? '').split(delimiter);
    return folders.map((folder) => join(folder, 'redis-server')).find((file) => existsSync(file)) ?? null;
  }

  /** @param dir absolute path of a folder that is there */
  static async start(program: string, dir: string): Promise<RedisServer> {
    const [port] = await freePorts(1);
    const server = new RedisServer(program, dir, port!);
    await server.ready();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** @param signal SIGTERM: as an administrator does it; SIGKILL: a crash */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.end(signal);
    this.child = this.launch();
    await this.ready();
  }

  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    await this.end('SIGTERM');
  }

  /** Every write goes to the file before it is answered. */
  private launch(): ChildProcess {
    const files = ['--dir', this.dir, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const settings = ['--bind', '127.0.0.1', '--port', `${this.port}`, '--maxmemory-policy', 'noeviction'];
    return spawn(this.program, [...settings, ...files], { stdio: 'ignore' });
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
  }

  private ready(): Promise<void> {
    return until(
      () =>
        new Promise((resolve) => {
          const socket = connect(this.port, '127.0.0.1', () => socket.write('PING\r\n'));
          const done = (up: boolean) => (socket.destroy(), resolve(up));
          socket.once('data', (answer) => done(answer.toString().startsWith('+PONG')));
          socket.once('error', () => done(false));
        }),
    );
  }
}
