import { spawn } from 'node:child_process';
import { ffmpegPath } from './ffmpeg';
import type { FlvCapture } from './flv-capture';

/** Side of the decoded picture, pixels: enough to tell white from black. */
const SIDE = 8;
const LOUD = 3000;
/** Samples of silence before a beep begins. */
const PAUSE = 20_000;
const AAC_FRAME = 1024;
/** A flash and a beep that are further apart don't belong together, ms. */
const APART_MS = 300;

/** How far apart a flash and its beep are. */
export interface Skew {
  /** ms of the stream's own timestamps. */
  beepMs: number;
  /** Positive: the sound comes after the picture. */
  ms: number;
}

/** Of every flash and its beep in a capture of content that has both once a second. */
export async function skewsOf(capture: FlvCapture): Promise<Skew[]> {
  const { flashes, beeps } = await flashesAndBeeps(capture);
  const bySize = (a: Skew, b: Skew) => Math.abs(a.ms) - Math.abs(b.ms);
  return beeps
    .map((beepMs) => flashes.map((flash) => ({ beepMs, ms: beepMs - flash })).sort(bySize)[0])
    .filter((skew) => skew !== undefined && Math.abs(skew.ms) < APART_MS) as Skew[];
}

/**
 * When flashes (black to white) and beeps (silence to sound) begin in a capture of content that has both once a
 * second, ms of the stream's own timestamps. Sound is taken to be 48 kHz. A flash before which a picture is missing (a
 * busy machine leaves some out) is left out, for nobody saw when it began.
 */
async function flashesAndBeeps(capture: FlvCapture): Promise<{ flashes: number[]; beeps: number[] }> {
  const gray = await decode(capture.bytes, [
    ...['-map', '0:v', '-vsync', '0', '-vf', `scale=${SIDE}:${SIDE}`, '-pix_fmt', 'gray', '-f', 'rawvideo'],
  ]);
  return { flashes: onsetsOfWhite(gray, timesOf(capture, 'video')), beeps: await beepsOf(capture) };
}

/** When the beeps of a capture begin, ms of the stream's own timestamps. */
export async function beepsOf(capture: FlvCapture): Promise<number[]> {
  const pcm = await decode(capture.bytes, ['-map', '0:a', '-ac', '1', '-f', 's16le']);
  return onsetsOfSound(pcm, timesOf(capture, 'audio'));
}

function timesOf({ tags }: FlvCapture, kind: 'audio' | 'video'): number[] {
  return tags.filter((tag) => tag.kind === kind).map((tag) => tag.dtsMs);
}

function onsetsOfWhite(gray: Buffer, times: number[]): number[] {
  const middle = (SIDE * SIDE) / 2 + SIDE / 2;
  const white = times.map((_, frame) => (gray[frame * SIDE * SIDE + middle] ?? 0) > 128);
  const steps = times.map((time, frame) => time - (times[frame - 1] ?? -Infinity));
  const usual = steps.toSorted((a, b) => a - b)[steps.length >> 1]!;
  return times.filter((_, frame) => white[frame] && !white[frame - 1] && steps[frame]! < 1.5 * usual);
}

function onsetsOfSound(pcm: Buffer, times: number[]): number[] {
  const onsets: number[] = [];
  let quiet = 0;
  for (let sample = 0; sample < pcm.length >> 1; sample++) {
    const time = times[Math.floor(sample / AAC_FRAME)];
    const loud = Math.abs(pcm.readInt16LE(sample * 2)) > LOUD;
    if (loud && quiet > PAUSE && time !== undefined) onsets.push(time + (sample % AAC_FRAME) / 48);
    quiet = loud ? 0 : quiet + 1;
  }
  return onsets;
}

async function decode(flv: Buffer, output: string[]): Promise<Buffer> {
  const child = spawn(ffmpegPath(), ['-v', 'error', '-f', 'flv', '-i', 'pipe:0', ...output, 'pipe:1'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stdin.on('error', () => undefined); // it may have seen enough before the end
  child.stdin.end(flv);
  await new Promise((resolve) => child.once('close', resolve));
  return Buffer.concat(parts);
}
