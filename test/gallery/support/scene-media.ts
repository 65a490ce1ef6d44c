/** Drawn people in front of their cameras, so that the pictures of the gallery look like what they stand for. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** One of test/gallery/people. */
export type Scene =
  'ann' | 'ann-tall' | 'bob' | 'cai' | 'dan' | 'game' | 'kitchen' | 'mei' | 'sara' | 'stage' | 'tom' | 'yuki';

const FPS = 15;
const SECONDS = 4;
/** How far the picture sways, of its width: a camera in somebody's hand. */
const SWAY = 0.006;

/**
 * Writes a loop of a scene as Chromium and ffmpeg take it.
 * @param width pixels, even
 */
export async function writeScene(path: string, scene: Scene, width = 640, height = 360): Promise<void> {
  const image = await loadImage(await readFile(join(__dirname, `../people/${scene}.svg`)));
  const canvas = createCanvas(width, height);
  const pen = canvas.getContext('2d');
  const out = createWriteStream(path);
  out.write(`YUV4MPEG2 W${width} H${height} F${FPS}:1 Ip A1:1 C420jpeg\n`);
  for (let frame = 0; frame < FPS * SECONDS; frame++) {
    const turn = (2 * Math.PI * frame) / (FPS * SECONDS);
    const grow = 1 + 4 * SWAY;
    const scale = Math.max(width / image.width, height / image.height) * grow;
    const [w, h] = [image.width * scale, image.height * scale];
    const x = (width - w) / 2 + Math.sin(turn) * width * SWAY;
    const y = (height - h) / 2 + Math.cos(turn) * width * SWAY;
    pen.drawImage(image, x, y, w, h);
    out.write(
      Buffer.concat([
        Buffer.from('FRAME\n'),
        planar(pen.getImageData(0, 0, width, height).data, width, height),
      ]),
    );
  }
  out.end();
  await finished(out);
}

/** RGBA to planar 4:2:0, BT.601, limited range. */
function planar(rgba: Uint8ClampedArray, width: number, height: number): Buffer {
  const luma = width * height;
  const out = Buffer.alloc(luma * 1.5);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const [r, g, b] = [rgba[at]!, rgba[at + 1]!, rgba[at + 2]!];
      out[y * width + x] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      if (x % 2 || y % 2) continue;
      const chroma = luma + (y / 2) * (width / 2) + x / 2;
      out[chroma] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      out[chroma + luma / 4] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  return out;
}
