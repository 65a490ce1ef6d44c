import {
  type ChildProcess,
  fork,
  type ForkOptions,
  spawn,
  type SpawnOptions,
  spawnSync,
  type SpawnSyncOptionsWithStringEncoding,
  type SpawnSyncReturns,
} from 'node:child_process';

/** What every child may know of ours: where programs are, and how this machine is used. No secret is among it. */
const PASSED_ON = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];

/** The child's own variables; those that are undefined are left out. */
type Environment = Record<string, string | undefined>;

/** The only door to `node:child_process`: no child gets our environment, which holds secrets. */
export function forkChild(
  program: string,
  env: Environment,
  options: Omit<ForkOptions, 'env'> = {},
): ChildProcess {
  return fork(program, [], { ...options, env: environmentOf(env) });
}

/** @see forkChild */
export function spawnChild(
  [file = '', ...args]: string[],
  env: Environment,
  options: Omit<SpawnOptions, 'env'> = {},
): ChildProcess {
  return spawn(file, args, { ...options, env: environmentOf(env) });
}

/** Runs a command to its end. @see forkChild */
export function runChild(
  [file = '', ...args]: string[],
  env: Environment,
  options: Omit<SpawnSyncOptionsWithStringEncoding, 'env' | 'encoding'> = {},
): SpawnSyncReturns<string> {
  return spawnSync(file, args, { ...options, encoding: 'utf8', env: environmentOf(env) });
}

function environmentOf(own: Environment): NodeJS.ProcessEnv {
  const passedOn = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
  const all = Object.entries({ ...passedOn, ...own }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all);
}
