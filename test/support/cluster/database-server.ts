import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgres } from '../../../src/platform/database/embedded-postgres';
import { descendantsOf, processesNaming } from '../process/processes';

const DISK_BYTES = 512 << 20;

/** The Postgres of a cluster, whose processes a test may kill and stop. It keeps its files and its port. */
export class DatabaseServer {
  private exited = false;

  private constructor(
    private readonly dir: string,
    private server: EmbeddedPostgres,
    /** Whether it has a disk of its own, which can be filled. */
    readonly hasDisk: boolean,
  ) {
    this.watch();
  }

  /** @param dir absolute path of a folder of its own */
  static async start(dir: string): Promise<DatabaseServer> {
    mkdirSync(dir);
    const hasDisk = run('mount', '-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'lianmai-test', dir);
    return new DatabaseServer(dir, await EmbeddedPostgres.start({ dir }), hasDisk);
  }

  get url(): string {
    return this.server.url;
  }

  /** As an administrator does it: connections are cut. */
  async restart(): Promise<void> {
    await this.server.stop();
    await this.startAgain();
  }

  /** Its disk is full for so long; a server that has given up by then is started again. */
  async fillDisk(ms: number): Promise<void> {
    const file = join(this.dir, 'filling');
    const { bavail, bsize } = statfsSync(this.dir);
    run('fallocate', '-l', `${bavail * bsize}`, file);
    await delay(ms);
    rmSync(file);
    if (this.exited) await this.startAgain();
  }

  /** kill -9 of all its processes, and another start, which recovers from the log. */
  async crash(): Promise<void> {
    signal(this.processes().slice(1), 'SIGKILL');
    // It reaps them: the next server must not take a dead one for a living one.
    await this.server.exited;
    await this.startAgain();
  }

  pause(): void {
    signal(this.processes(), 'SIGSTOP');
  }

  resume(): void {
    signal(this.processes(), 'SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    await this.server.stop();
    if (this.hasDisk) run('umount', '--lazy', this.dir);
  }

  private async startAgain(): Promise<void> {
    this.server = await EmbeddedPostgres.start({ dir: this.dir });
    this.watch();
  }

  private watch(): void {
    const { server } = this;
    this.exited = false;
    void server.exited.then(() => (this.exited ||= this.server === server));
  }

  /** Its supervisor first, then the server and the processes of its connections. */
  private processes(): number[] {
    const named = processesNaming(this.dir);
    const below = new Set(named.flatMap((pid) => descendantsOf(pid)));
    return [...named.filter((pid) => !below.has(pid)), ...below];
  }
}

/** @returns whether it could be done */
function run(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // A connection's, which has just ended.
    }
  }
}
