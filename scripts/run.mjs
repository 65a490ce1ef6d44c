/**
 * Builds what is stale and runs a compiled program in this same process.
 *
 *   node scripts/run.mjs src/main.js [arguments]
 *
 * npm starts a shell, and a shell that runs one command after another passes no signal on: told to end, it would leave
 * the second running without an owner. This is one command, and should its parent die without a word, it ends too.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';

/** Between two looks whether npm is still there, ms. */
const LOOK_MS = 500;

const [program, ...given] = process.argv.slice(2);
if (process.env.npm_lifecycle_event) {
  const owner = ownerNow();
  const look = setInterval(() => {
    if (ownerNow() === owner) return;
    // Once: a second one would be taken for somebody who doesn't want to wait.
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  look.unref();
}

/** npm's process: our parent, or where a shell stands between (it has our command in its own) the parent of that. */
function ownerNow() {
  const { ppid } = process;
  if (!read(`/proc/${ppid}/cmdline`).includes('scripts/run.mjs')) return String(ppid);
  const stat = read(`/proc/${ppid}/stat`);
  // Field 4 of proc(5); the name before it may hold anything.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
}

/** Empty where there is no such file, or no /proc. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

if (!(await build())) process.exit(1);
const file = join(import.meta.dirname, '../dist', program);
process.argv = [process.argv[0], file, ...given];
await import(pathToFileURL(file));
