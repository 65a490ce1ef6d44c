/** From the colours of a decoded picture, RGBA and not premultiplied, to those of the canvas. */
import type { ColourSpace } from '../../../contracts';
import type { Planes, Size } from '../../ffmpeg/scaler';
import { WEIGHTS } from './paint';

/**
 * A translucent picture, ready to be laid on: each sample below is multiplied by `keep` / 256, and a 256th of `add` comes on
 * top. Rows without padding, of Y, Cb and Cr in 4:2:0.
 */
export interface Overlay extends Size {
  keep: Uint16Array[];
  add: Uint16Array[];
}

/** Rounds when it is cut down to 8 bits. */
const HALF = 128;

/** @param size even, pixels */
export function toPlanes(rgba: Uint8ClampedArray, size: Size, space: ColourSpace): Planes {
  const { add } = toOverlay(rgba, size, space, 1);
  const planes = add.map((plane) => Buffer.from(plane.map((value) => value >> 8)));
  return { planes, strides: [size.width, size.width / 2, size.width / 2] };
}

/**
 * @param size even, pixels
 * @param opacity 0..1, of the picture's opaque parts
 */
export function toOverlay(
  rgba: Uint8ClampedArray,
  { width, height }: Size,
  space: ColourSpace,
  opacity: number,
): Overlay {
  const sizes = [width * height, (width * height) / 4, (width * height) / 4];
  const sums = sizes.map((size) => new Float32Array(size));
  const alpha = new Float32Array(sizes[1]!);
  const keep = [new Uint16Array(sizes[0]!), new Uint16Array(sizes[1]!)];
  const add = sizes.map((size) => new Uint16Array(size));
  const { red, blue } = WEIGHTS[space];
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const [r, g, b] = [rgba[pixel * 4]!, rgba[pixel * 4 + 1]!, rgba[pixel * 4 + 2]!];
      const covers = Math.round((rgba[pixel * 4 + 3]! / 255) * opacity * 256);
      const grey = red * r + (1 - red - blue) * g + blue * b;
      keep[0]![pixel] = 256 - covers;
      add[0]![pixel] = (16 + (grey * 219) / 255) * covers + HALF;
      // A chroma sample is the mean of four pixels, each as much as it covers.
      const sample = (y >> 1) * (width / 2) + (x >> 1);
      alpha[sample]! += covers / 4;
      sums[1]![sample]! += ((128 + ((b - grey) * 112) / 255 / (1 - blue)) * covers) / 4;
      sums[2]![sample]! += ((128 + ((r - grey) * 112) / 255 / (1 - red)) * covers) / 4;
    }
  }
  alpha.forEach((covers, at) => (keep[1]![at] = 256 - Math.round(covers)));
  for (const plane of [1, 2]) sums[plane]!.forEach((sum, at) => (add[plane]![at] = sum + HALF));
  return { width, height, keep: [keep[0]!, keep[1]!, keep[1]!], add };
}

/** Lays an overlay onto a picture, at an even place where all of it has room. */
export function blend({ planes, strides }: Planes, overlay: Overlay, x: number, y: number): void {
  planes.forEach((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    const [width, height] = [overlay.width >> shift, overlay.height >> shift];
    const [keep, add] = [overlay.keep[index]!, overlay.add[index]!];
    for (let row = 0, from = 0; row < height; row++) {
      let to = ((y >> shift) + row) * strides[index]! + (x >> shift);
      for (const end = from + width; from < end; from++, to++) {
        plane[to] = (plane[to]! * keep[from]! + add[from]!) >> 8;
      }
    }
  });
}
