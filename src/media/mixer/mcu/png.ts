import { createCanvas } from '@napi-rs/canvas';
import type { Canvas } from './canvas';
import { WEIGHTS } from './paint';

/** The canvas as a player shows it. Some 100 ms for a full HD one. */
export function pngOf({ width, height, planes, strides, colour }: Canvas): Buffer {
  const { red, blue } = WEIGHTS[colour];
  const [luma, cb, cr] = planes as [Buffer, Buffer, Buffer];
  const [stride, cbStride, crStride] = strides as [number, number, number];
  const [ofRed, ofBlue] = [2 * (1 - red), 2 * (1 - blue)];
  const context = createCanvas(width, height).getContext('2d');
  const image = context.createImageData(width, height);
  for (let at = 0, row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += 4) {
      const y = (luma[row * stride + column]! - 16) / 219;
      const b = y + (ofBlue * (cb[(row >> 1) * cbStride + (column >> 1)]! - 128)) / 224;
      const r = y + (ofRed * (cr[(row >> 1) * crStride + (column >> 1)]! - 128)) / 224;
      const g = (y - red * r - blue * b) / (1 - red - blue);
      // A clamped array: it rounds, and bounds to 0..255.
      image.data[at] = r * 255;
      image.data[at + 1] = g * 255;
      image.data[at + 2] = b * 255;
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return context.canvas.toBuffer('image/png');
}
