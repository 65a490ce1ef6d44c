import type { MixPreviewSpec } from '../contract';
import { Picture } from '../ffmpeg/picture';
import { layoutTiles } from '../../shared/layout';
import { Compositor } from './mcu/compositor';
import { parseColour } from './mcu/paint';
import { pngOf } from './mcu/png';
import { sceneryOf } from './mix-picture';

/** Of a usual camera, pixels. */
const CAMERA = { width: 640, height: 360 };
/** Around a test picture, so that it is seen what is cut off. */
const EDGE = 24;
/** Like a camera's that doesn't say; the mix converts them where it has others. */
const CAMERA_COLOUR = 'bt601';
const COLOURS = ['#3f7fbf', '#bf6a3f', '#4f9f5a', '#9a5fbf', '#b89a2e', '#3f9f9f', '#bf4f6a', '#6f7f8f'];
const EDGE_COLOUR = '#e8e8e8';

/**
 * What a mix with these seats looks like, drawn by the code that draws mixes, as a PNG. Where cameras are on there are test
 * pictures, each of its own colour with a light edge.
 *
 * @throws Error when FFmpeg refuses it
 */
export function drawPreview({ layout, output, seats }: MixPreviewSpec): Buffer {
  const compositor = new Compositor(output);
  const pictures = new Map<string, Picture>();
  try {
    for (const [index, { userId, video }] of seats.entries()) {
      if (video && !pictures.has(userId)) pictures.set(userId, testPicture(COLOURS[index % COLOURS.length]!));
    }
    const muted = new Set(seats.filter(({ audio }) => !audio).map(({ userId }) => userId));
    compositor.arrange(layoutTiles(layout, seats, output), layout.background, sceneryOf(layout, seats));
    compositor.draw(
      (userId) => {
        const picture = pictures.get(userId);
        return picture ? { picture, serial: 1 } : null;
      },
      (userId) => muted.has(userId),
    );
    return pngOf(compositor.canvas);
  } finally {
    compositor.close();
    for (const picture of pictures.values()) picture.close();
  }
}

function testPicture(colour: string): Picture {
  const picture = new Picture(CAMERA.width, CAMERA.height);
  const [edge, middle] = [EDGE_COLOUR, colour].map((hex) => parseColour(hex, CAMERA_COLOUR));
  picture.planes.forEach((plane, index) => {
    const scale = index === 0 ? 1 : 2;
    const [width, height, rim] = [CAMERA.width, CAMERA.height, EDGE].map((length) => length / scale) as Size;
    plane.fill(edge![index]!);
    for (let y = rim; y < height - rim; y++) {
      const row = y * picture.strides[index]!;
      plane.fill(middle![index]!, row + rim, row + width - rim);
    }
  });
  return picture;
}

type Size = [width: number, height: number, rim: number];
