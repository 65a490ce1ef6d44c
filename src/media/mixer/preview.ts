import type { MediaLogger, MixPreviewSpec } from '../contract';
import { Picture } from '../ffmpeg/picture';
import { layoutTiles } from '../../shared/layout';
import { pictureKey } from '../../shared/picture-key';
import { artOf } from './mcu/art';
import { Compositor } from './mcu/compositor';
import { Images } from './mcu/images';
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

const nothing = () => undefined;
/** A picture that isn't there is simply left out. */
const SILENT: MediaLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * What a mix with these seats looks like, drawn by the code that draws mixes, as a PNG. Where cameras are on there are test
 * pictures, each of its own colour with a light edge.
 *
 * @throws Error when FFmpeg refuses it
 */
export async function drawPreview({ layout, output, seats, images: files }: MixPreviewSpec): Promise<Buffer> {
  const compositor = new Compositor(output);
  const images = new Images({ logger: SILENT, onReady: () => undefined });
  const pictures = testPictures(seats);
  try {
    for (const [id, file] of Object.entries(files)) images.put(id, Buffer.from(file));
    const tiles = layoutTiles(layout, seats, output);
    const art = () => artOf(images, compositor.canvas, layout, seats, tiles);
    art();
    await images.settled;
    compositor.arrange(tiles, layout.background, sceneryOf(layout, seats), art());
    const muted = new Set(seats.filter(({ audio }) => !audio).map(({ userId }) => userId));
    compositor.draw(
      (userId, source) => {
        const picture = pictures.get(pictureKey({ userId, source }));
        return picture ? { picture, serial: 1 } : null;
      },
      (userId) => muted.has(userId),
    );
    return pngOf(compositor.canvas);
  } finally {
    images.close();
    compositor.close();
    for (const picture of pictures.values()) picture.close();
  }
}

/** Of cameras that are on and of screens, by `pictureKey`. */
function testPictures(seats: MixPreviewSpec['seats']): Map<string, Picture> {
  const pictures = new Map<string, Picture>();
  for (const [index, { userId, video, screen }] of seats.entries()) {
    const [camera, shared] = [pictureKey({ userId }), pictureKey({ userId, source: 'screen' })];
    const colour = (more: number) => COLOURS[(index + more) % COLOURS.length]!;
    if (video && !pictures.has(camera)) pictures.set(camera, testPicture(colour(0)));
    if (screen && !pictures.has(shared)) pictures.set(shared, testPicture(colour(COLOURS.length / 2)));
  }
  return pictures;
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
