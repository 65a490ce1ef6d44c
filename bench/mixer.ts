/**
 * What a mix costs: 640x360@25 (H.264 800 kbit/s, Opus) in by RTP, 1280x720@25 (x264, AAC) out by RTMP, against ffmpeg's
 * static filter graph on the same recordings with the same encoder settings at the same time. `npm run bench -- mixer
 * [inputs …]`, default 2 5 9. ffmpeg reads its inputs from files, so only ours pays for receiving. CPU is that of the one
 * process. `p95LatencyMs`: from the sending of a picture to its arrival at the viewer, the jitter buffer included.
 */
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EncoderPreset } from '../src/contracts';
import { MIXER_FLAGS, type MixReport, type MixSpec, type MixStatistics } from '../src/media/contract';
import type { MediaNode } from '../src/media/node';
import { layoutTiles, type Tile } from '../src/shared/layout';
import { FakeEgress } from '../test/support/fakes/fake-egress';
import { ffmpegPath } from '../test/support/media/ffmpeg';
import { FlvCapture } from '../test/support/media/flv-capture';
import { startTestNode } from '../test/support/media/media-node';
import { NUMBERS, numberFilter, readNumbers } from './support/numbered-pictures';
import { cpuSecondsOf } from './support/process-cpu';

const OUTPUT = { width: 1280, height: 720, fps: 25, gop: 50, videoBitrate: 1_500_000, audioBitrate: 128_000 };
const [INPUT_WIDTH, INPUT_HEIGHT, INPUT_FPS] = [640, 360, 25];
const LAYOUT = { kind: 'grid', fit: 'crop', background: '#000000' } as const;
/** Of what is measured, and of what runs before it. */
export const MEASURED_MS = 20_000;
const WARM_UP_MS = 3000;
const RECORDED_S = 60;

/** Of the run with another preset. */
const SUPERFAST_INPUTS = 5;

interface MixCost extends Cost {
  p95LatencyMs: number;
  fullGcPerMinute: number;
  dropped: number;
}

type Result = Record<'inputs' | 'fullGcPerMinute', number> & Record<string, number>;

interface Cost {
  /** Share of a core. */
  cores: number;
  /** Pictures a viewer got, a second of the stream. */
  fps: number;
}

export async function run(counts: string[]): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'lianmai-mixer-'));
  try {
    const inputs = counts.length > 0 ? counts.map(Number) : [2, 5, 9];
    const recordings = await record(folder, Math.max(...inputs, SUPERFAST_INPUTS));
    const results: Result[] = [];
    for (const count of inputs) results.push(await compare(recordings.slice(0, count), 'veryfast'));
    const superfast = await compare(recordings.slice(0, SUPERFAST_INPUTS), 'superfast');
    const fullGcPerMinute = Math.max(...[...results, superfast].map((result) => result.fullGcPerMinute));
    return { results, superfast, fullGcPerMinute };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both at the same time: what else the machine does costs both. */
async function compare(recordings: string[], preset: EncoderPreset): Promise<Result> {
  const [ours, peer] = await Promise.all([measureMix(recordings, preset), measureFfmpeg(recordings, preset)]);
  const streams = recordings.length;
  return {
    inputs: streams,
    cores: round(ours.cores),
    ffmpegCores: round(peer.cores),
    ratio: round(ours.cores / peer.cores),
    streamsPerCore: round(streams / ours.cores),
    ffmpegStreamsPerCore: round(streams / peer.cores),
    p95LatencyMs: Math.round(ours.p95LatencyMs),
    fullGcPerMinute: round(ours.fullGcPerMinute),
    fps: round(ours.fps),
    ffmpegFps: round(peer.fps),
    droppedFrames: ours.dropped,
  };
}

/** Moving pictures with some noise, like a camera's, and a tone each. */
export async function record(folder: string, count: number): Promise<string[]> {
  const files = Array.from({ length: count }, (_, index) => join(folder, `${index}.mkv`));
  for (const [index, file] of files.entries()) {
    const moving = `testsrc2=s=${INPUT_WIDTH}x${INPUT_HEIGHT}:r=${INPUT_FPS},hue=h=${index * 60}`;
    const picture = `${moving},noise=alls=6:allf=t,${numberFilter()}`;
    const sound = `sine=frequency=${300 + index * 110}:sample_rate=48000`;
    await promisify(execFile)(ffmpegPath(), [
      ...['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', `${RECORDED_S}`],
      ...'-c:v libx264 -preset veryfast -tune zerolatency -profile:v baseline -b:v 800k -g 50'.split(' '),
      ...['-pix_fmt', 'yuv420p', '-c:a', 'libopus', '-b:a', '48k', '-ac', '2', file],
    ]);
  }
  return files;
}

/** @param flags of node, for the mixer's process */
export async function measureMix(
  recordings: string[],
  preset: EncoderPreset,
  flags: string[] = ['--trace-gc'],
): Promise<MixCost> {
  const node = await startTestNode();
  const egress = await new FakeEgress().listen();
  const mixer = fork(require.resolve('../src/roles/mix-process'), [], {
    execArgv: [...MIXER_FLAGS, ...flags],
    stdio: ['ignore', 'pipe', 2, 'ipc'],
  });
  const fullGcs: number[] = [];
  mixer.stdout!.on('data', (text: Buffer) => {
    const times = text.toString().match(/Mark-Compact/g)?.length ?? 0;
    fullGcs.push(...Array.from({ length: times }, () => performance.now()));
  });
  const statistics: MixStatistics[] = [];
  mixer.on('message', (report: MixReport) => {
    if (report.type === 'statistics') statistics.push(report.statistics);
  });
  try {
    const members = recordings.map((recording, index) => ({ userId: `u${index}`, recording }));
    const sentAt = watchSent(egress, members[0]!.userId);
    for (const member of members) await egress.join({ ...member, video: 'recorded', audio: 'recorded' });
    const users = members.map(({ userId }) => userId);
    mixer.send({
      type: 'apply',
      spec: { ...specOf(users, egress.url, target(node)), output: { ...OUTPUT, preset } },
    });
    const { viewer, fromMs, toMs, ...cost } = await measure(node, mixer);
    return {
      ...cost,
      p95LatencyMs: percentile(0.95, latencies(viewer, fromMs, tilesOf(users)[0]!, sentAt)),
      fullGcPerMinute: (fullGcs.filter((ms) => ms >= fromMs && ms <= toMs).length * 60_000) / (toMs - fromMs),
      dropped: statistics.at(-1)?.framesDropped ?? NaN,
    };
  } finally {
    mixer.send({ type: 'stop' });
    await once(mixer, 'exit');
    await egress.close();
    await node.close();
  }
}

/** When the pictures with each number were sent by a member, ms. */
function watchSent(egress: FakeEgress, userId: string): number[][] {
  const sentAt: number[][] = Array.from({ length: NUMBERS }, () => []);
  let first: number | null = null;
  let last: number | null = null;
  egress.on('sent', (source, packet) => {
    if (source.userId !== userId || source.kind !== 'video') return;
    const timestamp = packet.readUInt32BE(4);
    if (timestamp === last) return;
    last = timestamp;
    first ??= timestamp;
    const number = Math.round((((timestamp - first) >>> 0) * INPUT_FPS) / 90_000) % NUMBERS;
    sentAt[number]!.push(performance.now());
  });
  return sentAt;
}

/** From the sending of a picture to its arrival, in the mix, at the viewer, ms; of each picture seen first. */
function latencies(viewer: FlvCapture, fromMs: number, tile: Tile, sentAt: number[][]): number[] {
  const centre = { x: tile.x + tile.width / 2, y: tile.y + tile.height / 2 };
  const numbers = readNumbers(
    viewer.bytes,
    centre,
    Math.max(tile.width / INPUT_WIDTH, tile.height / INPUT_HEIGHT),
  );
  const shown = viewer.tags.filter(({ kind }) => kind === 'video');
  return shown.flatMap(({ arrivedAt }, index) => {
    const at = sentAt[numbers[index]!]?.findLast((ms) => ms < arrivedAt);
    return arrivedAt < fromMs || numbers[index] === numbers[index - 1] || at === undefined
      ? []
      : [arrivedAt - at];
  });
}

async function measureFfmpeg(recordings: string[], preset: EncoderPreset): Promise<Cost> {
  const node = await startTestNode();
  const tiles = tilesOf(recordings.map((_, index) => `u${index}`));
  const inputs = recordings.flatMap((file) => ['-re', '-threads', '1', '-i', file]);
  const child = spawn(
    ffmpegPath(),
    [
      ...['-v', 'error', ...inputs, '-filter_complex_threads', '1', '-filter_complex', graph(tiles)],
      ...'-map [v] -map [a] -c:v libx264 -tune zerolatency -threads 1 -g 50'.split(' '),
      ...['-preset', preset],
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

interface Measured extends Cost {
  viewer: FlvCapture;
  /** When it was measured, ms. */
  fromMs: number;
  toMs: number;
}

/** CPU of a process that pushes to the node, while a viewer watches. */
async function measure(node: MediaNode, { pid }: ChildProcess): Promise<Measured> {
  const viewer = await FlvCapture.openWhenOnAir(
    `http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`,
    20_000,
  );
  await viewer.play(WARM_UP_MS);
  const [cpu, fromMs, pictures] = [cpuSecondsOf(pid!), performance.now(), viewer.tags.length];
  await viewer.play(MEASURED_MS);
  const toMs = performance.now();
  const cores = (cpuSecondsOf(pid!) - cpu) / ((toMs - fromMs) / 1000);
  const shown = viewer.tags.slice(pictures).filter(({ kind }) => kind === 'video');
  const mediaSeconds = (shown.at(-1)!.dtsMs - shown[0]!.dtsMs) / 1000;
  viewer.stop();
  return { cores, fps: (shown.length - 1) / mediaSeconds, viewer, fromMs, toMs };
}

function specOf(users: string[], egressUrl: string, pushTo: string): MixSpec {
  return {
    ...{ taskId: 'bench', conferenceId: 'bench', version: 1, target: pushTo, startTimeoutMs: 3000 },
    ...{ seats: seatsOf(users), layout: LAYOUT, output: OUTPUT },
    egress: { url: egressUrl, token: 'egress-token' },
  };
}

function seatsOf(users: string[]): MixSpec['seats'] {
  return users.map((userId, seat) => ({ userId, name: userId, seat, audio: true, video: true, gain: 1 }));
}

function tilesOf(users: string[]): Tile[] {
  return layoutTiles(LAYOUT, seatsOf(users), OUTPUT);
}

function target(node: MediaNode): string {
  return `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=mix.1`;
}

function percentile(share: number, values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(share * values.length)] ?? NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
