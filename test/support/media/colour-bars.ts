import { createCanvas, loadImage } from '@napi-rs/canvas';
import { spawnSync } from 'node:child_process';
import { joinAnnexB, NAL, nalType, splitAnnexB } from '../../../src/media/codec/h264/h264';
import { ffmpegPath } from './ffmpeg';

/**
 * The first picture of FFmpeg's colour bars in H.264 with B-frames, with its parameter sets, Annex B.
 * @param size e.g. `640x360`
 */
export function barsKeyframe(size: string, options: string[] = []): Buffer {
  const source = ['-f', 'lavfi', '-i', `smptebars=s=${size}`, '-frames:v', '20'];
  const { stdout } = spawnSync(
    ffmpegPath(),
    [...source, ...options, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-bf', '2', '-f', 'h264', '-'],
    { maxBuffer: 1 << 24 },
  );
  const nals = splitAnnexB(stdout);
  const idr = nals.findIndex((nal) => nalType(nal) === NAL.idr);
  const end = nals.findIndex((nal, index) => index > idr && nalType(nal) !== NAL.idr);
  return joinAnnexB(nals.slice(0, end));
}

/** White, yellow, cyan, green, magenta, red and blue of three quarters. */
const BARS = [
  [191, 191, 191],
  [191, 191, 0],
  [0, 191, 191],
  [0, 191, 0],
  [191, 0, 191],
  [191, 0, 0],
  [0, 0, 191],
];

/** A picture of the bars, PNG or JPEG: its size, and by how much its colours are off at most, of 255. */
export async function seenBars(picture: Buffer): Promise<{ size: number[]; off: number }> {
  const image = await loadImage(picture);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const off = BARS.flatMap((bar, index) => {
    const { data } = context.getImageData(
      Math.round(((index + 0.5) * width) / 7),
      Math.round(height / 3),
      1,
      1,
    );
    return bar.map((value, part) => Math.abs(value - data[part]!));
  });
  return { size: [width, height], off: Math.max(...off) };
}
