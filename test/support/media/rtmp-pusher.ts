import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { ffmpegPath } from './ffmpeg';

export interface PushOptions {
  url: string;
  /** ffmpeg's colour name or 0xRRGGBB. Default: black. */
  color?: string;
  /** A file in place of the plain colour, in a loop, as large as it is. */
  picture?: string;
  /** Hz of the sine tone; null: no sound at all. */
  tone: number | null;
  /** After so long the sound ends and the pictures go on, ms. Default: never. */
  toneMs?: number;
  width?: number;
  height?: number;
  fps?: number;
  /** Frames between keyframes. */
  gop?: number;
  /** Hz */
  sampleRate?: number;
  profile?: 'baseline' | 'main' | 'high';
  /** B-frames between P-frames. */
  bframes?: number;
  /** ffmpeg's RTMP or other output options, before the URL. */
  extra?: string[];
}

/** A running encoder: a plain colour and a sine tone, pushed by the real ffmpeg. */
export interface FfmpegPush {
  readonly process: ChildProcess;
  /** What ffmpeg has written so far. */
  log(): string;
  /** Exit code, once it has ended by itself or was stopped. */
  ended: Promise<number | null>;
  /** Stops politely (the stream ends with FCUnpublish), resolves when ffmpeg is gone. Idempotent. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts ffmpeg and resolves when it publishes (its first encoded frames are out).
 * @throws Error with ffmpeg's own words when it ends before.
 */
export async function startPush(options: PushOptions): Promise<FfmpegPush> {
  const child = spawn(ffmpegPath(), pushArguments(options), { stdio: ['pipe', 'ignore', 'pipe'] });
  let log = '';
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const push: FfmpegPush = {
    process: child,
    log: () => log,
    ended,
    stop: async () => {
      child.stdin.end('q');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  child.stdin.on('error', () => undefined); // it may be gone when we ask it to stop
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (data: Buffer) => {
      log = (log + data.toString()).slice(-20_000);
      // Without pictures the line begins with the size.
      if (/frame=\s*[1-9]|[\r\n]size=\s*[1-9]/.test(log)) resolve();
    });
    void ended.then((code) => reject(new Error(`ffmpeg ended with ${code}: ${log.slice(-800)}`)));
  });
  return push;
}

function pushArguments(options: PushOptions): string[] {
  const {
    width = 320,
    height = 240,
    fps = 15,
    gop = 15,
    sampleRate = 44100,
    profile = 'high',
    bframes = 0,
  } = options;
  const { color = 'black', picture } = options;
  const video = picture
    ? ['-stream_loop', '-1', '-re', '-i', picture]
    : ['-re', '-f', 'lavfi', '-i', `color=c=${color}:s=${width}x${height}:r=${fps}`];
  const { tone, toneMs } = options;
  const duration = toneMs === undefined ? '' : `:duration=${toneMs / 1000}`;
  const audio = `sine=frequency=${tone}:sample_rate=${sampleRate}${duration}`;
  return [
    '-hide_banner',
    ...video,
    ...(tone === null ? [] : ['-re', '-f', 'lavfi', '-i', audio]),
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-profile:v',
      profile,
      '-pix_fmt',
      'yuv420p',
      '-threads',
      '1',
    ],
    ...['-g', `${gop}`, '-keyint_min', `${gop}`, '-sc_threshold', '0', '-bf', `${bframes}`],
    ...['-c:a', 'aac', '-b:a', '64k', '-ar', `${sampleRate}`, '-ac', '2'],
    ...(options.extra ?? []),
    ...['-f', 'flv', options.url],
  ];
}
