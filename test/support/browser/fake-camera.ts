/** Small camera and microphone files for Chromium: one colour with a moving mark, one tone. Chromium loops them. */
import { randomFillSync } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

export interface FakeMediaOptions {
  /** Red, green, blue, 0..255. */
  color: readonly [number, number, number];
  /** Hz, an integer, so that the loop has no click. */
  tone: number;
  /** Pixels, even; default 320x240. */
  width?: number;
  height?: number;
  /** Frames a second; default 15. */
  fps?: number;
  /** Noise in the picture, so that an encoder has something to do: levels of luma up or down; default 0. */
  noise?: number;
  /** Length of the loop, whole seconds; default 2. */
  seconds?: number;
}

export interface FakeMedia {
  /** y4m file */
  video: string;
  /** wav file, 48 kHz mono 16 bit, peak at half of full scale */
  audio: string;
  /** Removes the files. */
  remove(): void;
}

/** Writes both files into a temporary folder. */
export async function createFakeMedia(options: FakeMediaOptions): Promise<FakeMedia> {
  const folder = mkdtempSync(join(tmpdir(), 'lianmai-fake-'));
  const media = {
    video: join(folder, 'camera.y4m'),
    audio: join(folder, 'microphone.wav'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  await writeY4m(media.video, options);
  writeFileSync(media.audio, wav(options.tone, options.seconds ?? 2));
  return media;
}

const MARK = 16;

/** A plain picture; a white square runs along its lower edge, so that frames differ and the centre stays plain. */
async function writeY4m(path: string, options: FakeMediaOptions): Promise<void> {
  const { width = 320, height = 240, fps = 15, seconds = 2, noise = 0 } = options;
  const [y, u, v] = toYuv(options.color);
  const out = createWriteStream(path);
  out.write(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  const frames = fps * seconds;
  for (let frame = 0; frame < frames; frame++) {
    const luma = Buffer.alloc(width * height, y);
    if (noise > 0)
      randomFillSync(luma).forEach((value, at) => (luma[at] = y + (value % (2 * noise)) - noise));
    const left = Math.floor((frame * (width - MARK)) / frames);
    for (let row = height - MARK; row < height; row++)
      luma.fill(235, row * width + left, row * width + left + MARK);
    const chroma = (width / 2) * (height / 2);
    out.write(
      Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc(chroma, u), Buffer.alloc(chroma, v)]),
    );
  }
  out.end();
  await finished(out);
}

/** BT.601, limited range. */
function toYuv([r, g, b]: readonly [number, number, number]): [number, number, number] {
  return [
    Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b),
    Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b),
    Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b),
  ];
}

function wav(tone: number, seconds: number): Buffer {
  const rate = 48_000;
  const samples = rate * seconds;
  const out = Buffer.alloc(44 + samples * 2);
  out.write('RIFF', 0);
  out.writeUInt32LE(36 + samples * 2, 4);
  out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(rate, 24);
  out.writeUInt32LE(rate * 2, 28);
  out.writeUInt16LE(2, 32);
  out.writeUInt16LE(16, 34);
  out.write('data', 36);
  out.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index++) {
    out.writeInt16LE(Math.round(16_000 * Math.sin((2 * Math.PI * tone * index) / rate)), 44 + index * 2);
  }
  return out;
}
