import { spawn } from 'node:child_process';
import { FLV_AUDIO, FLV_SCRIPT, FlvReader, parseFlvAudio } from '../../../src/media/codec/flv/flv';
import { ffmpegPath } from './ffmpeg';
import { toneShare } from './tone';

/** Pixels in the decoded (scaled) picture. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
export type Rgb = readonly [number, number, number];

export interface DecodeOptions {
  /** Every picture is scaled to this size, pixels. */
  width: number;
  height: number;
  /** Pictures per second after decoding. */
  fps: number;
}

/** Hz of the decoded sound. */
export const PROBE_SAMPLE_RATE = 16_000;
const PROBE = { width: 320, height: 180, fps: 10 };

/** Decoded pictures and sound of a capture. Times are seconds from the beginning of the capture. */
export class FlvProbe {
  constructor(
    /** RGB, 3 bytes a pixel. */
    readonly frames: Buffer[],
    readonly samples: Int16Array,
    readonly options: DecodeOptions,
    /** What the decoder complained of. */
    readonly complaints: string,
  ) {}

  /** Mean colour of a rectangle (the middle of the whole picture by default) of a frame. */
  color(frame: number, rect: Rect = this.middle()): Rgb {
    const picture = this.frames[frame];
    if (!picture) throw new RangeError(`no frame ${frame} of ${this.frames.length}`);
    const sum = [0, 0, 0];
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        const at = (y * this.options.width + x) * 3;
        for (let c = 0; c < 3; c++) sum[c]! += picture[at + c]!;
      }
    }
    const pixels = rect.width * rect.height;
    return [sum[0]! / pixels, sum[1]! / pixels, sum[2]! / pixels];
  }

  /** First frame at or after `from` in which the rectangle shows the colour; -1 when none does. */
  firstFrameWith(color: Rgb, rect?: Rect, from = 0, tolerance = 40): number {
    for (let frame = from; frame < this.frames.length; frame++) {
      if (closeTo(this.color(frame, rect), color, tolerance)) return frame;
    }
    return -1;
  }

  /** As `firstFrameWith`, in seconds; -1 when the colour is never shown. */
  firstTimeWith(color: Rgb, rect?: Rect, fromSeconds = 0, tolerance = 40): number {
    const frame = this.firstFrameWith(color, rect, Math.ceil(fromSeconds * this.options.fps), tolerance);
    return frame < 0 ? -1 : frame / this.options.fps;
  }

  /** Colours of a rectangle in the order in which they are shown, by name; what is none of them is left out. */
  colorSequence<Name extends string>(palette: Record<Name, Rgb>, rect?: Rect, tolerance = 40): Name[] {
    const names = this.frames.map((_, frame) => nameOf(this.color(frame, rect), palette, tolerance));
    return withoutRepeats(names);
  }

  /** Share of a tone in the sound of a time span, 0..1. */
  tone(hz: number, fromSeconds: number, seconds: number): number {
    const from = Math.round(fromSeconds * PROBE_SAMPLE_RATE);
    return toneShare(
      this.samples.subarray(from, from + Math.round(seconds * PROBE_SAMPLE_RATE)),
      PROBE_SAMPLE_RATE,
      hz,
    );
  }

  /**
   * As `tone`, but the mean of windows of 50 ms: a mix corrects the clocks of its inputs, so over a whole second a
   * tone is not one frequency.
   */
  share(hz: number, fromSeconds: number, seconds: number): number {
    const windows = Math.round(seconds / 0.05);
    const shares = Array.from({ length: windows }, (_, i) => this.tone(hz, fromSeconds + i * 0.05, 0.05));
    return shares.reduce((sum, share) => sum + share, 0) / windows;
  }

  /** Amplitude of a tone, 1 being full scale: the mean of windows of 50 ms, as for `share`. */
  amplitude(hz: number, fromSeconds: number, seconds: number): number {
    const windows = Math.round(seconds / 0.05);
    const amplitudes = Array.from({ length: windows }, (_, i) => {
      const from = Math.round((fromSeconds + i * 0.05) * PROBE_SAMPLE_RATE);
      const samples = this.samples.subarray(from, from + PROBE_SAMPLE_RATE / 20);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      return Math.sqrt(2 * power * toneShare(samples, PROBE_SAMPLE_RATE, hz)) / 32_768;
    });
    return amplitudes.reduce((sum, amplitude) => sum + amplitude, 0) / windows;
  }

  /** Tones in the order in which they are heard as the main sound (windows of 0.1 s). */
  toneSequence(tones: number[], share = 0.6): number[] {
    const windows = Math.floor((this.samples.length / PROBE_SAMPLE_RATE) * 10);
    const heard = Array.from({ length: windows }, (_, i) =>
      tones.find((hz) => this.tone(hz, i / 10, 0.1) > share),
    );
    return withoutRepeats(heard);
  }

  private middle(): Rect {
    const { width, height } = this.options;
    return { x: width >> 2, y: height >> 2, width: width >> 1, height: height >> 1 };
  }
}

/** Decodes captured FLV bytes by an independent ffmpeg, changes of size, profile and rate within included. */
export async function probeFlv(flv: Buffer, options: Partial<DecodeOptions> = {}): Promise<FlvProbe> {
  const full = { ...PROBE, ...options };
  const picture = await decodePicture(flv, full, 'flv');
  const sound = await decodeSound(flv);
  return new FlvProbe(picture.frames, sound.samples, full, picture.complaints + sound.complaints);
}

/** The same for a fragmented MP4 file, whose tracks begin together. */
export async function probeMp4(file: Buffer, options: Partial<DecodeOptions> = {}): Promise<FlvProbe> {
  return probeFile(file, 'mp4', options);
}

/** The same for what a browser's MediaRecorder wrote; without a picture there are no frames. */
export async function probeWebm(file: Buffer): Promise<FlvProbe> {
  return probeFile(file, 'matroska');
}

async function probeFile(
  file: Buffer,
  format: string,
  options: Partial<DecodeOptions> = {},
): Promise<FlvProbe> {
  const full = { ...PROBE, ...options };
  const picture = await decodePicture(file, full, format);
  const sound = await decode(file, ['-map', '0:a:0', ...RESAMPLE], format);
  return new FlvProbe(picture.frames, samplesOf(sound.output), full, picture.complaints + sound.complaints);
}

/** A packet of a fragmented MP4 file, as an independent ffmpeg reads it. Times are ms. */
export interface Mp4Packet {
  stream: number;
  dtsMs: number;
  ptsMs: number;
  durationMs: number;
}

/** All packets of a file, in its order, with the times that stand in it. */
export async function packetsOfMp4(file: Buffer): Promise<Mp4Packet[]> {
  const args = ['-map', '0', '-c', 'copy', '-copyinkf', '-copyts', '-f', 'framecrc'];
  const lines = (await decode(file, args, 'mp4')).output.toString().split('\n');
  const timebases = new Map<number, number>();
  for (const line of lines) {
    const [, stream, num, den] = /^#tb (\d+): (\d+)\/(\d+)/.exec(line) ?? [];
    if (stream) timebases.set(Number(stream), (1000 * Number(num)) / Number(den));
  }
  return lines
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').map(Number))
    .map(([stream = 0, dts = 0, pts = 0, duration = 0]) => {
      const ms = timebases.get(stream) ?? NaN;
      return { stream, dtsMs: dts * ms, ptsMs: pts * ms, durationMs: duration * ms };
    });
}

async function decodePicture(
  file: Buffer,
  { width, height, fps }: DecodeOptions,
  format: string,
): Promise<{ frames: Buffer[]; complaints: string }> {
  const scale = `scale=${width}:${height},setsar=1,fps=${fps}`;
  const args = ['-map', '0:v:0', '-vf', scale, '-pix_fmt', 'rgb24', '-f', 'rawvideo'];
  const { output, complaints } = await decode(file, args, format);
  const size = width * height * 3;
  const frames = Array.from({ length: Math.floor(output.length / size) }, (_, i) =>
    output.subarray(i * size, (i + 1) * size),
  );
  return { frames, complaints };
}

/** Is every component within `tolerance`? */
export function closeTo(a: Rgb, b: Rgb, tolerance: number): boolean {
  return a.every((value, i) => Math.abs(value - b[i]!) <= tolerance);
}

async function decode(
  input: Buffer,
  output: string[],
  format: string,
): Promise<{ output: Buffer; complaints: string }> {
  const child = spawn(ffmpegPath(), ['-v', 'error', '-f', format, '-i', 'pipe:0', ...output, 'pipe:1']);
  const parts: Buffer[] = [];
  let complaints = '';
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.on('data', (part: Buffer) => (complaints += part.toString()));
  child.stdin.on('error', () => undefined); // it may have seen enough before the end
  child.stdin.end(input);
  await new Promise((resolve) => child.once('close', resolve));
  return { output: Buffer.concat(parts), complaints };
}

function nameOf<Name extends string>(
  color: Rgb,
  palette: Record<Name, Rgb>,
  tolerance: number,
): Name | undefined {
  return (Object.keys(palette) as Name[]).find((name) => closeTo(color, palette[name], tolerance));
}

function withoutRepeats<T>(values: (T | undefined)[]): T[] {
  const known = values.filter((value): value is T => value !== undefined);
  return known.filter((value, i) => value !== known[i - 1]);
}

/** Output options for 16-bit mono samples. */
const RESAMPLE = ['-ac', '1', '-ar', `${PROBE_SAMPLE_RATE}`, '-f', 's16le'];

function samplesOf(bytes: Buffer): Int16Array {
  const copy = new Uint8Array(bytes); // aligned for 16-bit samples
  return new Int16Array(copy.buffer, 0, copy.length >> 1);
}

/** A stretch of sound with one configuration and no hole: ADTS frames and the time (ms) of the first. */
interface SoundRun {
  startMs: number;
  endMs: number;
  config: Buffer;
  frames: Buffer[];
}
/** From here on (ms) a step between two AAC frames is a hole; a frame lasts at most 24 ms. */
const HOLE_MS = 100;

/**
 * Each stretch is decoded on its own and put at its time: ffmpeg's resampler loses the time line where the sample
 * rate changes in the stream.
 */
async function decodeSound(flv: Buffer): Promise<{ samples: Int16Array; complaints: string }> {
  const runs = soundRuns(flv);
  const at = (ms: number) => Math.round((ms * PROBE_SAMPLE_RATE) / 1000);
  const samples = new Int16Array(at(runs.at(-1)?.endMs ?? 0) + PROBE_SAMPLE_RATE);
  let complaints = '';
  for (const run of runs) {
    const decoded = await decode(Buffer.concat(run.frames), RESAMPLE, 'aac');
    const room = samples.length - at(run.startMs);
    samples.set(samplesOf(decoded.output).subarray(0, room), at(run.startMs));
    complaints += decoded.complaints;
  }
  return { samples, complaints };
}

function soundRuns(flv: Buffer): SoundRun[] {
  const runs: SoundRun[] = [];
  let config: Buffer | null = null;
  const media = new FlvReader().push(flv).filter(({ type }) => type !== FLV_SCRIPT);
  // A viewer who comes later sees timestamps that begin somewhere.
  const beginning = media[0]?.timestampMs ?? 0;
  for (const { type, timestampMs: channelMs, body } of media) {
    const timestampMs = channelMs - beginning;
    const audio = type === FLV_AUDIO ? parseFlvAudio(body) : null;
    if (audio?.kind === 'config') config = audio.config;
    if (audio?.kind !== 'frame' || !config) continue;
    let run = runs.at(-1);
    if (!run || run.config !== config || timestampMs - run.endMs > HOLE_MS) {
      run = { startMs: timestampMs, endMs: timestampMs, config, frames: [] };
      runs.push(run);
    }
    run.endMs = timestampMs;
    run.frames.push(adts(config, audio.data));
  }
  return runs;
}

/** A raw AAC frame with the header that lets it stand alone (ISO/IEC 14496-3, 1.A.2.2). */
function adts(config: Buffer, frame: Buffer): Buffer {
  const { sampleRateIndex, channels, objectType } = adtsFields(config);
  const length = frame.length + 7;
  const header = Buffer.from([
    0xff,
    0xf1,
    ((objectType - 1) << 6) | (sampleRateIndex << 2) | (channels >> 2),
    ((channels & 3) << 6) | (length >> 11),
    (length >> 3) & 0xff,
    ((length & 7) << 5) | 0x1f,
    0xfc,
  ]);
  return Buffer.concat([header, frame]);
}

function adtsFields(config: Buffer) {
  const [first = 0, second = 0] = config;
  return {
    objectType: first >> 3,
    sampleRateIndex: ((first & 7) << 1) | (second >> 7),
    channels: (second >> 3) & 15,
  };
}
