/** A real Chromium for tests, from npm alone: @sparticuz/chromium brings the binary and the libraries it may lack. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const run = promisify(execFile);

export interface BrowserOptions {
  /** y4m or mjpeg file that plays as the camera, in a loop. Without it Chromium's green test picture does. */
  fakeVideo?: string;
  /** wav file that plays as the microphone, in a loop. Without it Chromium beeps. */
  fakeAudio?: string;
  /** Further command line switches. */
  args?: string[];
}

/** Starts a headless Chromium whose camera and microphone are files. The caller closes it. */
export async function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const { executablePath, env } = await installed();
  return chromium.launch({
    executablePath,
    env,
    headless: true,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-gpu',
      // A machine without a network has nothing but the loopback interface.
      '--allow-loopback-in-peer-connection',
      // Timers and frames of pages that nobody looks at must go on as in front of a user.
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
      // Host candidates with names instead of addresses need multicast DNS, which containers lack.
      '--disable-features=WebRtcHideLocalIpsWithMdns,CalculateNativeWinOcclusion',
      ...(options.fakeVideo ? [`--use-file-for-fake-video-capture=${options.fakeVideo}`] : []),
      ...(options.fakeAudio ? [`--use-file-for-fake-audio-capture=${options.fakeAudio}`] : []),
      ...(options.args ?? []),
    ],
  });
}

interface Installed {
  executablePath: string;
  env: Record<string, string>;
}
let installation: Promise<Installed> | null = null;

function installed(): Promise<Installed> {
  installation ??= install();
  return installation;
}

/** Unpacks the package once per machine and version; later calls and other processes reuse the folder. */
async function install(): Promise<Installed> {
  const packageFolder = dirname(dirname(require.resolve('@sparticuz/chromium')));
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(tmpdir(), `lianmai-chromium-${version}-2-${process.getuid?.() ?? 0}`);
  if (!existsSync(folder)) await unpack(packageFolder, folder);
  const executablePath = join(folder, 'chromium');
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    HOME: process.env['HOME'] ?? folder,
  };
  try {
    await run(executablePath, ['--version', '--no-sandbox'], { env });
  } catch {
    const own = join(folder, 'al2023', 'lib');
    env['LD_LIBRARY_PATH'] = env['LD_LIBRARY_PATH'] ? `${own}:${env['LD_LIBRARY_PATH']}` : own;
    await run(executablePath, ['--version', '--no-sandbox'], { env });
  }
  return { executablePath, env };
}

/**
 * The package unpacks into the temporary folder and takes a half-written file for a finished one, so it works in a
 * child with a temporary folder of its own, which then gets its name in one step. AWS_EXECUTION_ENV makes it unpack
 * its system libraries too.
 */
async function unpack(packageFolder: string, folder: string): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'lianmai-chromium-unpack-'));
  const script = `import(${JSON.stringify(`file://${resolve(packageFolder, 'build/index.js')}`)})
    .then((module) => module.default.executablePath())
    .catch((error) => { console.error(error); process.exit(1); });`;
  try {
    await run(process.execPath, ['-e', script], {
      env: {
        ...process.env,
        TMPDIR: temporary,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
        NODE_OPTIONS: '',
      },
    });
    writeFileSync(join(temporary, 'fonts.conf'), fontConfiguration(folder));
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another process may have been first.
    if (!existsSync(folder)) throw error;
  }
}

/** The package's own looks for fonts where it would have unpacked itself; without a single font Chromium aborts. */
function fontConfiguration(folder: string): string {
  const folders = [join(folder, 'fonts', 'fonts'), '/usr/share/fonts'].map((dir) => `<dir>${dir}</dir>`);
  const cache = `<cachedir>${join(folder, 'fonts-cache')}</cachedir>`;
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders.join('')}${cache}</fontconfig>`;
}
