/** The uploaded pictures of a mix: its background, its watermark, and avatars. */
import { createCanvas } from '@napi-rs/canvas';
import type { ColourSpace, Layout, LayoutWatermark } from '../../../contracts';
import type { Planes, Size } from '../../ffmpeg/scaler';
import type { MixSeat } from '../../contract';
import type { Tile } from '../../../shared/layout';
import { pictureKey } from '../../../shared/picture-key';
import { covering } from '../../../shared/picture-place';
import { avatarPlace, drawAvatar } from './avatar';
import type { Decoded, Images } from './images';
import { type Overlay, toOverlay, toPlanes } from './yuv';

/** A watermark and its even place. */
export interface PlacedOverlay {
  overlay: Overlay;
  x: number;
  y: number;
}

/** Pictures that are there. One that was drawn already is the same object each time. */
export interface Art {
  /** In the place of the background's colour, as large as the canvas. */
  backdrop: Planes | null;
  watermark: PlacedOverlay | null;
  /** By `pictureKey`, of the tiles that may show one. */
  avatars: ReadonlyMap<string, Overlay>;
}

export const NO_ART: Art = { backdrop: null, watermark: null, avatars: new Map() };

interface ArtCanvas extends Size {
  colour: ColourSpace;
}

/** What of a layout's pictures is there now; the others come later (Images). */
export function artOf(
  images: Images,
  canvas: ArtCanvas,
  layout: Layout,
  seats: readonly Pick<MixSeat, 'userId' | 'avatar'>[],
  tiles: readonly Tile[],
): Art {
  images.askAnew();
  const ids = new Map(seats.map(({ userId, avatar }) => [userId, avatar]));
  const ofCameras = tiles.filter(({ source = 'camera' }) => source === 'camera');
  const avatars = ofCameras.flatMap((tile): [string, Overlay][] => {
    const id = ids.get(tile.userId);
    const place = avatarPlace(tile);
    if (!id || !place) return [];
    const use = `avatar ${place.size} ${canvas.colour}`;
    const overlay = images.get(id, use, (image) => drawAvatar(image, place.size, canvas.colour));
    return overlay ? [[pictureKey(tile), overlay]] : [];
  });
  return {
    backdrop: backdropOf(images, canvas, layout),
    watermark: layout.watermark ? watermarkOf(images, canvas, layout.watermark) : null,
    avatars: new Map(avatars),
  };
}

/** For these tiles. */
export function sameArt(a: Art, b: Art, tiles: readonly Tile[]): boolean {
  const [one, other] = [a.watermark, b.watermark];
  return (
    a.backdrop === b.backdrop &&
    one?.overlay === other?.overlay &&
    one?.x === other?.x &&
    one?.y === other?.y &&
    tiles.every((tile) => a.avatars.get(pictureKey(tile)) === b.avatars.get(pictureKey(tile)))
  );
}

function backdropOf(
  images: Images,
  canvas: ArtCanvas,
  { backgroundImage, background }: Layout,
): Planes | null {
  if (!backgroundImage) return null;
  const { width, height, colour } = canvas;
  return images.get(backgroundImage, `backdrop ${width}x${height} ${colour} ${background}`, (image) => {
    const context = createCanvas(width, height).getContext('2d');
    context.fillStyle = background;
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    const from = covering(image, canvas);
    context.drawImage(image, from.x, from.y, from.width, from.height, 0, 0, width, height);
    return toPlanes(context.getImageData(0, 0, width, height).data, canvas, colour);
  });
}

const even = (value: number) => Math.floor(value / 2) * 2;

function watermarkOf(images: Images, canvas: ArtCanvas, mark: LayoutWatermark): PlacedOverlay | null {
  const { image: id, opacity } = mark;
  const [x, y] = [even(mark.x * canvas.width), even(mark.y * canvas.height)];
  const width = Math.min(Math.max(2, even(mark.width * canvas.width)), canvas.width - x);
  if (opacity === 0 || width < 2) return null;
  const room = canvas.height - y;
  const use = `watermark ${width} ${room} ${opacity} ${canvas.colour}`;
  const overlay = images.get(id, use, (image) => drawMark(image, width, room, canvas.colour, opacity));
  return overlay && { overlay, x, y };
}

/** What of it has no room is cut off. null: nothing is left. */
function drawMark(
  image: Decoded,
  width: number,
  room: number,
  colour: ColourSpace,
  opacity: number,
): Overlay | null {
  const whole = (width * image.height) / image.width;
  const height = even(Math.min(Math.max(2, Math.round(whole)), room));
  if (height < 2) return null;
  const context = createCanvas(width, height).getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, Math.max(2, whole));
  const { data } = context.getImageData(0, 0, width, height);
  return toOverlay(data, { width, height }, colour, opacity);
}
