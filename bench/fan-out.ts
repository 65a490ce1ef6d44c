/**
 * What a viewer costs the live origin: HTTP-FLV of one 720p channel to many viewers, in CPU per viewer and second of
 * stream; `npm run bench -- fan-out [viewers]`, default 600. If nginx with its RTMP module is on the machine (Debian:
 * nginx-light, libnginx-mod-rtmp), the same stream to as many RTMP viewers of nginx, in the same run.
 */
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ffmpegPath } from '../test/support/media/ffmpeg';
import { freePorts } from '../test/support/process/ports';
import type { CrowdTask } from './children/fan-out-crowd';
import { cpuSecondsOf } from './support/process-cpu';

const NGINX = '/usr/sbin/nginx';
const NGINX_RTMP = '/usr/lib/nginx/modules/ngx_rtmp_module.so';
const MEASURED_MS = 15_000;
const RECORDED_S = 90;
const VIDEO = '-c:v libx264 -preset veryfast -b:v 1500k -maxrate 1500k -bufsize 1500k -g 50'.split(' ');

interface Cost {
  /** CPU of the server, microseconds. */
  usPerViewerSecond: number;
  /** What a viewer got, Mbit/s. */
  mbitPerViewer: number;
}
interface Server {
  process: ChildProcess;
  pushUrl: string;
  crowd: Omit<CrowdTask, 'viewers'>;
}

export async function run([viewers = '600']: string[]): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'lianmai-fan-out-'));
  try {
    const file = await record(folder);
    const ours = await measure(await startOrigin(), file, Number(viewers));
    const hasNginx = existsSync(NGINX) && existsSync(NGINX_RTMP);
    const nginx = hasNginx ? await measure(await startNginx(folder), file, Number(viewers)) : null;
    return {
      viewers: Number(viewers),
      mbitPerViewer: round(ours.mbitPerViewer, 2),
      cpuUsPerViewerSecond: round(ours.usPerViewerSecond),
      nginxMbitPerViewer: nginx && round(nginx.mbitPerViewer, 2),
      nginxCpuUsPerViewerSecond: nginx && round(nginx.usPerViewerSecond),
      ofNginx: nginx && round(ours.usPerViewerSecond / nginx.usPerViewerSecond, 2),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function record(folder: string): Promise<string> {
  const file = join(folder, 'live.flv');
  await promisify(execFile)(ffmpegPath(), [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25,noise=alls=8:allf=t'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', `${RECORDED_S}`],
    ...[...VIDEO, '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '128k', file],
  ]);
  return file;
}

async function startOrigin(): Promise<Server> {
  const process = fork(require.resolve('./children/fan-out-node'));
  const [{ httpPort, rtmpPort }] = (await once(process, 'message')) as [
    { httpPort: number; rtmpPort: number },
  ];
  const path = '/live/room.flv?token=play-room';
  const pushUrl = `rtmp://127.0.0.1:${rtmpPort}/live/room?token=host.1`;
  return { process, pushUrl, crowd: { port: httpPort, path } };
}

/** One process that does all the work, as one media node does. */
async function startNginx(folder: string): Promise<Server> {
  const [port = 0] = await freePorts(1);
  mkdirSync(join(folder, 'logs'));
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `load_module ${NGINX_RTMP};
     daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr error;
     events { worker_connections 8192; }
     rtmp { access_log off; server { listen 127.0.0.1:${port}; chunk_size 65536; application live { live on; } } }`,
  );
  const process = spawn(NGINX, ['-p', folder, '-c', config, '-e', 'stderr'], { stdio: ['ignore', 2, 2] });
  return { process, pushUrl: `rtmp://127.0.0.1:${port}/live/room`, crowd: { port, stream: 'room' } };
}

async function measure({ process, pushUrl, crowd }: Server, file: string, viewers: number): Promise<Cost> {
  const push = await startPush(file, pushUrl);
  const members = fork(require.resolve('./children/fan-out-crowd'));
  try {
    members.send({ ...crowd, viewers } satisfies CrowdTask);
    await once(members, 'message');
    const [from, bytes] = [performance.now(), await received(members)];
    const cpu = cpuSecondsOf(process.pid!);
    await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
    const used = cpuSecondsOf(process.pid!) - cpu;
    const gained = (await received(members)) - bytes;
    const viewerSeconds = (viewers * (performance.now() - from)) / 1000;
    return {
      usPerViewerSecond: (used * 1e6) / viewerSeconds,
      mbitPerViewer: (gained * 8) / 1e6 / viewerSeconds,
    };
  } finally {
    for (const child of [members, push, process]) await end(child);
  }
}

/** Resolves when the server has accepted the stream: ffmpeg then prints its progress. */
async function startPush(file: string, url: string): Promise<ChildProcess> {
  const push = spawn(ffmpegPath(), ['-v', 'info', '-re', '-i', file, '-c', 'copy', '-f', 'flv', url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    push.stderr.on('data', (part: Buffer) => {
      said = (said + part.toString()).slice(-2000);
      if (said.includes('frame=')) resolve();
    });
    push.once('exit', () => reject(new Error(`nothing was pushed: ${said}`)));
  });
  return push;
}

async function received(members: ChildProcess): Promise<number> {
  members.send('report');
  const [{ bytes }] = (await once(members, 'message')) as [{ bytes: number }];
  return bytes;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
