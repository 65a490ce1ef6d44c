/**
 * Builds what is stale: the server (tsc, type errors fail) and the pages (vite), at the same time. When nothing is, it
 * only reads the names, sizes and times of the sources.
 *
 *   node scripts/build.mjs [--server]     --server: not the pages
 *
 * Others import `build` and run what it made in their own process (scripts/run.mjs).
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const at = (path) => join(root, path);

const parts = {
  server: {
    sources: [
      'src',
      'migrations',
      'bench',
      // What benches are built of.
      'test/support',
      'ormconfig.ts',
      'tsconfig.json',
      'tsconfig.build.json',
      'package-lock.json',
    ],
    command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--pretty'],
    output: 'dist',
    stamp: 'dist/.server-stamp',
    after: removeOrphans,
  },
  pages: {
    sources: ['web', 'sdk/src', 'src/contracts', 'src/shared', 'package-lock.json'],
    command: ['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'error'],
    output: 'web/dist',
    stamp: 'dist/.pages-stamp',
  },
};

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'dist')
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
    );
}

/** Changes when a source is added, removed or written, or when another Node builds it. */
function fingerprint(sources) {
  const hash = createHash('sha256').update(process.version);
  for (const file of sources.flatMap((source) => filesBelow(at(source))).sort()) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** Removes what tsc made of sources that are gone: a removed entity or migration must not stay in dist. */
function removeOrphans() {
  for (const file of ['src', 'migrations', 'bench', 'test'].flatMap((folder) =>
    filesBelow(at(`dist/${folder}`)),
  )) {
    const source = at(relative(at('dist'), file)).replace(/\.js(\.map)?$/, '.ts');
    if (/\.js(\.map)?$/.test(file) && !existsSync(source)) rmSync(file);
  }
}

const running = new Set();

function run(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' });
    running.add(child);
    child.once('error', reject);
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code === 0);
    });
  });
}

async function buildPart(name) {
  const { sources, command, output, stamp, after } = parts[name];
  const wanted = fingerprint(sources);
  const isFresh =
    existsSync(at(output)) && existsSync(at(stamp)) && readFileSync(at(stamp), 'utf8') === wanted;
  if (isFresh) return true;
  console.log(`building the ${name} …`);
  rmSync(at(stamp), { force: true });
  if (!(await run(command))) {
    console.error(`the ${name} could not be built`);
    return false;
  }
  after?.();
  mkdirSync(dirname(at(stamp)), { recursive: true });
  writeFileSync(at(stamp), wanted);
  return true;
}

/** @returns whether all of it is there now. A signal meanwhile ends the compilers too, and this process. */
export async function build(names = Object.keys(parts)) {
  const end = (signal) => {
    for (const child of running) child.kill(signal);
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, end);
  try {
    return (await Promise.all(names.map(buildPart))).every(Boolean);
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}

if (import.meta.filename === process.argv[1]) {
  const done = await build(process.argv.includes('--server') ? ['server'] : undefined);
  process.exitCode = done ? 0 : 1;
}
