import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './process-life';

interface Holder {
  pid: number;
  /** Clock ticks since boot at which the process started; tells it from a later process with its number. */
  startedAt: string;
  address: string;
}

interface Secrets {
  authSecret: string;
  apiKey: string;
}

/** The data folder of a running Lianmai: one process at a time, and the secrets that were made for it. */
export class DataDir {
  private constructor(
    readonly path: string,
    private readonly lock: string,
  ) {}

  /**
   * @param path absolute; made where it is not there
   * @param address where this process will be reached, told to a second one that is refused
   * @throws StartError when another process holds it
   */
  static open(path: string, address: string): DataDir {
    // Others may enter but not list it: as root, Postgres may have to run as another user below it.
    mkdirSync(path, { recursive: true, mode: 0o711 });
    const lock = join(path, 'lock');
    const mine = `${lock}.${process.pid}`;
    writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid), address }), {
      mode: 0o600,
    });
    try {
      // A link appears with its content, or not at all.
      while (!link(mine, lock)) removeStale(lock, path);
    } finally {
      rmSync(mine);
    }
    return new DataDir(path, lock);
  }

  /** AUTH_SECRET and API_KEY of this installation, generated at the first call. */
  secrets(): Secrets {
    const file = fileOf(this.path);
    if (!existsSync(file)) {
      const secrets: Secrets = { authSecret: newSecret(), apiKey: newSecret() };
      const temporary = `${file}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify(secrets, null, 2), { mode: 0o600 });
      renameSync(temporary, file);
    }
    const secrets = parse<Secrets>(file);
    if (!secrets?.authSecret || !secrets.apiKey) {
      throw new StartError(`${file} is damaged; put it back from a backup, or remove it to get new secrets`);
    }
    return secrets;
  }

  /** What a start has made in this folder; undefined where none was there. */
  static existingSecrets(path: string): Secrets | undefined {
    return parse<Secrets>(fileOf(path));
  }

  /** Lets the next one in. Idempotent. */
  close(): void {
    if (parse<Holder>(this.lock)?.pid === process.pid) rmSync(this.lock, { force: true });
  }
}

function fileOf(path: string): string {
  return join(path, 'secrets.json');
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Removes the lock of a process that is gone. @throws StartError where it still runs */
function removeStale(lock: string, path: string): void {
  const holder = parse<Holder>(lock);
  if (holder && startOf(holder.pid) === holder.startedAt) {
    throw new StartError(
      `Lianmai runs already in ${path}: process ${holder.pid}, at ${holder.address}. ` +
        'Stop it first, or set DATA_DIR to another folder.',
    );
  }
  removeUnlessReplaced(lock, holder);
}

/** Removes the lock unless another starter has put its own in place since we looked. */
function removeUnlessReplaced(lock: string, stale: Holder | undefined): void {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  const moved = parse<Holder>(aside);
  if (moved?.pid !== stale?.pid || moved?.startedAt !== stale?.startedAt) link(aside, lock);
  rmSync(aside);
}

/** undefined where there is no such file or it can't be read as JSON. */
function parse<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** When a process started (field 22 of /proc/pid/stat, proc(5)); '' where there is none, or no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return process.platform === 'linux' ? '' : aliveWithoutProc(pid);
  }
}

function aliveWithoutProc(pid: number): string {
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return '';
  }
}

function newSecret(): string {
  return randomBytes(36).toString('base64url');
}
