import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { spawnChild } from '../../processes';
import { locale } from './binaries';

/**
 * Runs a command for as long as the pipe on our stdin is open. At its end, which also comes when the parent is killed
 * with -9, the command gets SIGINT (Postgres: fast shutdown) until it is gone. One signal may not be enough: a background
 * job of sh ignores SIGINT until it has set a handler of its own. It ends last: nothing of ours is left after it.
 */
const script = `
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
( cat <&3 >/dev/null; while kill -INT "$child" 2>/dev/null; do sleep 1; done ) &
watcher=$!
exec 3<&-
trap 'kill -INT "$child" 2>/dev/null' INT TERM HUP
code=0
while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
exit "$code"
`;

/**
 * Starts `command` under a supervisor in a session of its own, so that a terminal's Ctrl-C doesn't reach it and the
 * parent decides when it stops: by ending the supervisor's stdin, or by dying.
 * @param logFile where its output goes; emptied first
 * @param uid the user to run as; undefined: ours
 */
export function supervise(command: string[], logFile: string, uid: number | undefined): ChildProcess {
  const log = openSync(logFile, 'w', 0o600);
  try {
    return spawnChild(['sh', '-c', script, 'supervisor', ...command], locale, {
      stdio: ['pipe', log, log],
      detached: true,
      cwd: '/',
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
  } finally {
    closeSync(log);
  }
}
