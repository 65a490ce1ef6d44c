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

/** What a colour's parts, 0..255, weigh in Y, Cb and Cr of studio range, without their offsets (16, 128, 128). */
function weightsOf(space: ColourSpace) {
  const { red, blue } = WEIGHTS[space];
  const green = 1 - red - blue;
  const [luma, cb, cr] = [219 / 255, 112 / 255 / (1 - blue), 112 / 255 / (1 - red)];
  return {
    y: { r: red * luma, g: green * luma, b: blue * luma },
    cb: { r: -red * cb, g: -green * cb, b: (1 - blue) * cb },
    cr: { r: (1 - red) * cr, g: -green * cr, b: -blue * cr },
  };
}

/** Of an opaque picture. @param size even, pixels */
export function toPlanes(rgba: Uint8ClampedArray, { width, height }: Size, space: ColourSpace): Planes {
  const samples = width * height;
  const [luma, cbs, crs] = [Buffer.alloc(samples), Buffer.alloc(samples / 4), Buffer.alloc(samples / 4)];
  const { y, cb, cr } = weightsOf(space);
  for (let pixel = 0, at = 0; pixel < samples; pixel++, at += 4) {
    luma[pixel] = 16.5 + y.r * rgba[at]! + y.g * rgba[at + 1]! + y.b * rgba[at + 2]!;
  }
  const below = width * 4;
  for (let row = 0, sample = 0; row < height; row += 2) {
    for (let at = row * below, end = at + below; at < end; at += 8, sample++) {
      const r = rgba[at]! + rgba[at + 4]! + rgba[at + below]! + rgba[at + below + 4]!;
      const g = rgba[at + 1]! + rgba[at + 5]! + rgba[at + below + 1]! + rgba[at + below + 5]!;
      const b = rgba[at + 2]! + rgba[at + 6]! + rgba[at + below + 2]! + rgba[at + below + 6]!;
      cbs[sample] = 128.5 + (cb.r * r + cb.g * g + cb.b * b) / 4;
      crs[sample] = 128.5 + (cr.r * r + cr.g * g + cr.b * b) / 4;
    }
  }
  return { planes: [luma, cbs, crs], strides: [width, width / 2, width / 2] };
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
  const samples = width * height;
  const [keep, keepChroma] = [new Uint16Array(samples), new Uint16Array(samples / 4)];
  const [luma, cbs, crs] = [
    new Uint16Array(samples),
    new Uint16Array(samples / 4),
    new Uint16Array(samples / 4),
  ];
  const { y, cb, cr } = weightsOf(space);
  const scale = (opacity * 256) / 255;
  for (let pixel = 0, at = 0; pixel < samples; pixel++, at += 4) {
    const covers = Math.round(rgba[at + 3]! * scale);
    keep[pixel] = 256 - covers;
    luma[pixel] = HALF + covers * (16 + y.r * rgba[at]! + y.g * rgba[at + 1]! + y.b * rgba[at + 2]!);
  }
  // A chroma sample is the mean of four pixels, each as much as it covers.
  const steps = [0, 1, width, width + 1];
  for (let row = 0, sample = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2, sample++) {
      let [covered, cbSum, crSum] = [0, 0, 0];
      for (const step of steps) {
        const pixel = row * width + column + step;
        const covers = (256 - keep[pixel]!) / 4;
        const at = pixel * 4;
        covered += covers;
        cbSum += covers * (128 + cb.r * rgba[at]! + cb.g * rgba[at + 1]! + cb.b * rgba[at + 2]!);
        crSum += covers * (128 + cr.r * rgba[at]! + cr.g * rgba[at + 1]! + cr.b * rgba[at + 2]!);
      }
      keepChroma[sample] = 256 - Math.round(covered);
      cbs[sample] = HALF + cbSum;
      crs[sample] = HALF + crSum;
    }
  }
  return { width, height, keep: [keep, keepChroma, keepChroma], add: [luma, cbs, crs] };
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
