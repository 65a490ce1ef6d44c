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
    this.signal('SIGKILL');
    await this.server.exited;
    this.server = await EmbeddedPostgres.start({ dir: this.dir });
  }

  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    await this.server.stop();
  }

  /** To the server, its supervisor and the processes of its connections. */
  private signal(name: NodeJS.Signals): void {
    const named = processesNaming(this.dir);
    for (const pid of new Set(named.flatMap((pid) => [pid, ...descendantsOf(pid)]))) {
      try {
        process.kill(pid, name);
      } catch {
        // A connection's, which has just ended.
      }
    }
  }
}
