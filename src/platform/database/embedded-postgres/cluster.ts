import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { runChild } from '../../processes';
import { locale, type PostgresBinaries, runs } from './binaries';

export const superuser = 'lianmai';

/** What is kept beside Postgres' own files. */
interface ServerFile {
  password: string;
  port: number;
}

/** The files of one database server: made once, then read. */
export class Cluster {
  readonly data: string;
  readonly logFile: string;

  /** @param dir absolute path of a folder of its own */
  constructor(
    private readonly dir: string,
    private readonly binaries: PostgresBinaries,
  ) {
    this.data = join(dir, 'data');
    this.logFile = join(dir, 'server.log');
  }

  /**
   * Makes the cluster where there is none yet: in a temporary folder that is renamed when complete, so that a start
   * that was cut off leaves nothing half made.
   */
  ensure(): void {
    mkdirSync(this.dir, { recursive: true });
    if (existsSync(this.data)) return;
    const { user } = this.binaries;
    if (user !== undefined) this.handOver(user);
    const temporary = `${this.data}.${process.pid}`;
    const passwordFile = `${temporary}.password`;
    const password = randomBytes(24).toString('base64url');
    try {
      writeFileSync(passwordFile, password, { mode: 0o600 });
      if (user !== undefined) chownSync(passwordFile, user, user);
      this.initialise(temporary, passwordFile);
      this.write({ password, port: 0 }, temporary);
      renameSync(temporary, this.data);
    } finally {
      rmSync(passwordFile, { force: true });
      rmSync(temporary, { recursive: true, force: true });
    }
  }

  read(): ServerFile {
    return JSON.parse(readFileSync(this.serverFile(), 'utf8')) as ServerFile;
  }

  /** The port of the last start where it is free, else another; kept for the next start. */
  async choosePort(refused: number[]): Promise<number> {
    const kept = this.read();
    const usable =
      kept.port !== 0 && !refused.includes(kept.port) && (await freePort(kept.port)) === kept.port;
    const port = usable ? kept.port : await freePort(0);
    if (port !== kept.port) this.write({ ...kept, port });
    return port;
  }

  /** Process id of the server that runs on these files now; undefined for none. */
  postmaster(): number | undefined {
    const pid = Number.parseInt(readIfThere(join(this.data, 'postmaster.pid')), 10);
    // After a crash or a reboot the number may be another process' by now.
    return !Number.isNaN(pid) && commandLine(pid).includes(this.data) ? pid : undefined;
  }

  logTail(): string {
    return readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  }

  private initialise(folder: string, passwordFile: string): void {
    const { bin, prefix, user } = this.binaries;
    const command = [
      ...prefix,
      join(bin, 'initdb'),
      `--pgdata=${folder}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ];
    const run = runChild(command, locale, {
      cwd: '/',
      ...(user === undefined ? {} : { uid: user, gid: user }),
    });
    if (run.error) throw run.error;
    if (run.status !== 0) throw new Error(`initdb failed: ${run.stderr.trim() || `exit code ${run.status}`}`);
  }

  private handOver(user: number): void {
    chmodSync(this.dir, 0o700);
    chownSync(this.dir, user, user);
    if (!runs(['test', '-x', this.dir], user)) {
      throw new Error(`${this.dir} can't be reached by the user Postgres runs as; choose another DATA_DIR`);
    }
  }

  private write(server: ServerFile, folder = this.data): void {
    writeFileSync(this.serverFile(folder), JSON.stringify(server), { mode: 0o600 });
  }

  private serverFile(folder = this.data): string {
    return join(folder, 'lianmai.json');
  }
}

/** Resolves to `port` where it is free, to any free one for 0, and to 0 where it is taken. */
function freePort(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Empty where there is no such file; a server that stops removes its own at any moment. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}

/** Command line of a process, empty where there is none. */
function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
  return runChild(['ps', '-o', 'command=', '-p', String(pid)], {}).stdout;
}
