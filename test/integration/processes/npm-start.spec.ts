import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../support/process/ports';
import { processesNaming } from '../../support/process/processes';
import { until } from '../../support/waiting/until';

/** A start takes 3 s of CPU, which may be a long time on a busy machine. */
jest.setTimeout(120_000);

/** The whole system has this long to end, ms: supervisors wait 10 s before they kill. */
const END_MS = 8000;

/** As the README says it, with a supervisor that knows one process: npm. */
describe('the system as npm starts it', () => {
  let dir: string;
  let npm: ChildProcess;
  let log: string;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lianmai-npm-'));
    const [http, media, rtmp, udp] = await freePorts(4);
    npm = spawn('npm', ['start'], {
      env: {
        ...{ PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dir, HTTP_PORT: `${http}` },
        ...{ MEDIA_HTTP_PORT: `${media}`, RTMP_PORT: `${rtmp}`, MAS_UDP_PORT: `${udp}` },
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    log = '';
    npm.stdout!.setEncoding('utf8').on('data', (text: string) => (log += text));
    await until(() => log.includes('Lianmai is up'), 90_000);
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it.each(['SIGTERM', 'SIGKILL'] as const)('is gone soon after npm alone gets %s', async (signal) => {
    // npm and its shell, the API, the media process, Postgres, the spare mixer.
    expect(processesNaming(dir).length).toBeGreaterThanOrEqual(4);
    npm.kill(signal);
    await until(() => processesNaming(dir).length === 0, END_MS);
    expect(log).not.toContain('forced to end');
  });
});
