/**
 * What a mix costs: 640x360@25 (H.264 800 kbit/s, Opus) in by RTP, 1280x720@25 (x264 veryfast, AAC) out by RTMP, against
 * ffmpeg's static filter graph on the same recordings in the same run. `npm run bench -- mixer [inputs]`, default 5.
 * ffmpeg reads its inputs from files, so only ours pays for receiving. CPU is that of the one process.
 */
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MixReport, MixSpec, MixStatistics } from '../src/media/contract';
import type { MediaNode } from '../src/media/node';
import { layoutTiles, type Tile } from '../src/shared/layout';
import { FakeEgress } from '../test/support/fakes/fake-egress';
import { ffmpegPath } from '../test/support/media/ffmpeg';
import { FlvCapture } from '../test/support/media/flv-capture';
import { startTestNode } from '../test/support/media/media-node';
import { cpuSecondsOf } from './support/process-cpu';

const OUTPUT = { width: 1280, height: 720, fps: 25, gop: 50, videoBitrate: 1_500_000, audioBitrate: 128_000 };
const LAYOUT = { kind: 'grid', fit: 'crop', background: '#000000' } as const;
/** Of what is measured, and of what runs before it. */
const MEASURED_MS = 20_000;
const WARM_UP_MS = 3000;
const RECORDED_S = 40;

interface Cost {
  /** Share of a core. */
  cores: number;
  /** Pictures a viewer got, a second of the stream. */
  fps: number;
}

export async function run([inputs = '5']: string[]): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'lianmai-mixer-'));
  try {
    const recordings = await record(folder, Number(inputs));
    const peer = await measureFfmpeg(recordings);
    const ours = await measureMix(recordings);
    return {
      inputs: recordings.length,
      coresPerMix: round(ours.cores),
      streamsPerCore: round(recordings.length / ours.cores),
      fps: round(ours.fps),
      droppedFrames: ours.dropped,
      ffmpegCores: round(peer.cores),
      ffmpegFps: round(peer.fps),
      ofFfmpeg: round(ours.cores / peer.cores),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Moving pictures with some noise, like a camera's, and a tone each. */
async function record(folder: string, count: number): Promise<string[]> {
  const files = Array.from({ length: count }, (_, index) => join(folder, `${index}.mkv`));
  for (const [index, file] of files.entries()) {
    const picture = `testsrc2=s=640x360:r=25,hue=h=${index * 60},noise=alls=6:allf=t`;
    const sound = `sine=frequency=${300 + index * 110}:sample_rate=48000`;
    await promisify(execFile)(ffmpegPath(), [
      ...['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', `${RECORDED_S}`],
      ...'-c:v libx264 -preset veryfast -tune zerolatency -profile:v baseline -b:v 800k -g 50'.split(' '),
      ...['-pix_fmt', 'yuv420p', '-c:a', 'libopus', '-b:a', '48k', '-ac', '2', file],
    ]);
  }
  return files;
}

async function measureMix(recordings: string[]): Promise<Cost & { dropped: number }> {
  const node = await startTestNode();
  const egress = await new FakeEgress().listen();
  const mixer = fork(require.resolve('../src/roles/mix-process'), [], { stdio: ['ignore', 2, 2, 'ipc'] });
  const statistics: MixStatistics[] = [];
  mixer.on('message', (report: MixReport) => {
    if (report.type === 'statistics') statistics.push(report.statistics);
  });
  try {
    const members = recordings.map((recording, index) => ({ userId: `u${index}`, recording }));
    for (const member of members) await egress.join({ ...member, video: 'recorded', audio: 'recorded' });
    const users = members.map(({ userId }) => userId);
    mixer.send({ type: 'apply', spec: specOf(users, egress.url, target(node)) });
    const cost = await measure(node, mixer);
    return { ...cost, dropped: statistics.at(-1)?.framesDropped ?? NaN };
  } finally {
    mixer.send({ type: 'stop' });
    await once(mixer, 'exit');
    await egress.close();
    await node.close();
  }
}

async function measureFfmpeg(recordings: string[]): Promise<Cost> {
  const node = await startTestNode();
  const users = recordings.map((_, index) => `u${index}`);
  const tiles = layoutTiles(LAYOUT, seatsOf(users), OUTPUT);
  const inputs = recordings.flatMap((file) => ['-re', '-threads', '1', '-i', file]);
  const child = spawn(
    ffmpegPath(),
    [
      ...['-v', 'error', ...inputs, '-filter_complex_threads', '1', '-filter_complex', graph(tiles)],
      ...'-map [v] -map [a] -c:v libx264 -preset veryfast -tune zerolatency -threads 1 -g 50'.split(' '),
      ...['-b:v', '1500k', '-maxrate', '1500k', '-bufsize', '1500k', '-c:a', 'aac', '-b:a', '128k'],
      ...['-ar', '48000', '-ac', '2', '-f', 'flv', target(node)],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    return await measure(node, child);
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await node.close();
  }
}

/** The same tiles as ours: scaled, cropped, on a background. */
function graph(tiles: Tile[]): string {
  const { width, height, fps } = OUTPUT;
  const scaled = tiles.map(
    (tile, i) =>
      `[${i}:v]scale=${tile.width}:${tile.height}:force_original_aspect_ratio=increase:flags=bilinear,` +
      `crop=${tile.width}:${tile.height}[t${i}]`,
  );
  const overlaid = tiles.map(
    (tile, i) => `[${i ? `o${i - 1}` : 'bg'}][t${i}]overlay=${tile.x}:${tile.y}[o${i}]`,
  );
  return [
    `color=black:s=${width}x${height}:r=${fps}[bg]`,
    ...scaled,
    ...overlaid,
    `[o${tiles.length - 1}]format=yuv420p[v]`,
    `${tiles.map((_, i) => `[${i}:a]`).join('')}amix=inputs=${tiles.length}[a]`,
  ].join(';');
}

/** CPU of a process that pushes to the node, while a viewer watches. */
async function measure(node: MediaNode, { pid }: ChildProcess): Promise<Cost> {
  const viewer = await FlvCapture.openWhenOnAir(
    `http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`,
    20_000,
  );
  await viewer.play(WARM_UP_MS);
  const [cpu, at, pictures] = [cpuSecondsOf(pid!), performance.now(), viewer.tags.length];
  await viewer.play(MEASURED_MS);
  const seconds = (performance.now() - at) / 1000;
  const shown = viewer.tags.slice(pictures).filter(({ kind }) => kind === 'video');
  const mediaSeconds = (shown.at(-1)!.dtsMs - shown[0]!.dtsMs) / 1000;
  viewer.stop();
  return { cores: (cpuSecondsOf(pid!) - cpu) / seconds, fps: (shown.length - 1) / mediaSeconds };
}

function specOf(users: string[], egressUrl: string, pushTo: string): MixSpec {
  return {
    ...{ taskId: 'bench', conferenceId: 'bench', version: 1, target: pushTo, startTimeoutMs: 3000 },
    ...{ seats: seatsOf(users), layout: LAYOUT, output: OUTPUT },
    egress: { url: egressUrl, token: 'egress-token' },
  };
}

function seatsOf(users: string[]): MixSpec['seats'] {
  return users.map((userId, seat) => ({ userId, name: userId, seat, audio: true, video: true }));
}

function target(node: MediaNode): string {
  return `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=mix.1`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
