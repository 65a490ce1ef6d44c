import { EmbeddedPostgres } from '../../../src/platform/database/embedded-postgres';
import { descendantsOf, processesNaming } from '../process/processes';

/** The Postgres of a cluster, whose processes a test may kill and stop. It keeps its files and its port. */
export class DatabaseServer {
  private constructor(
    private readonly dir: string,
    private server: EmbeddedPostgres,
  ) {}

  /** @param dir absolute path of a folder of its own */
  static async start(dir: string): Promise<DatabaseServer> {
    return new DatabaseServer(dir, await EmbeddedPostgres.start({ dir }));
  }

  get url(): string {
    return this.server.url;
  }

  /** As an administrator does it: connections are cut. */
  async restart(): Promise<void> {
    await this.server.stop();
    this.server = await EmbeddedPostgres.start({ dir: this.dir });
  }

  /** kill -9 of all its processes, and another start, which recovers from the log. */
  async crash(): Promise<void> {
    signal(this.processes().slice(1), 'SIGKILL');
    // It reaps them: the next server must not take a dead one for a living one.
    await this.server.exited;
    this.server = await EmbeddedPostgres.start({ dir: this.dir });
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
  }

  /** Its supervisor first, then the server and the processes of its connections. */
  private processes(): number[] {
    const named = processesNaming(this.dir);
    const below = new Set(named.flatMap((pid) => descendantsOf(pid)));
    return [...named.filter((pid) => !below.has(pid)), ...below];
  }
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
