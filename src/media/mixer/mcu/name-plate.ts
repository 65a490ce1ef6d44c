/** A name as a small translucent picture, made once and laid over its tile whenever that is drawn. */
import { createCanvas } from '@napi-rs/canvas';
import { type PlateStyle, plateStyle, shortened } from '../../../shared/name-plate';
import type { Tile } from '../../../shared/layout';
import type { Area, Canvas } from './canvas';
import { fontFamilies } from './fonts';

const PLATE = 'rgba(0, 0, 0, 0.55)';
const TEXT = '#ffffff';
/** Of a variable font; the weight in `font` does not choose it. */
const WEIGHT = "'wght' 500";
/** Studio range: luma of black, and what white has more; chroma of grey. */
const [BLACK, WHITE_ABOVE, GREY] = [16, 219, 128];

export interface NamePlate {
  /** Even, in pixels. */
  width: number;
  height: number;
  margin: number;
  /** Per pixel, rows without padding: how much the plate covers (0..1), and its luma times that. */
  alpha: Float32Array;
  luma: Float32Array;
}

/** More than the people of the largest mix in the tiles of two layouts. */
const MAX_KEPT = 64;

/** Plates by what is written on them: tiles that change places (`speaker`) don't have theirs drawn again. */
export class NamePlates {
  private readonly kept = new Map<string, NamePlate>();

  /** The plate of a tile; null where no name is to be shown, or the tile is too small for one. */
  of(tile: Tile): NamePlate | null {
    const style = tile.name ? plateStyle(tile) : null;
    if (!style) return null;
    const key = `${style.fontSize}:${style.maxTextWidth}:${tile.name}`;
    const plate = this.kept.get(key) ?? drawNamePlate(tile.name!, style);
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(key, plate);
    return plate;
  }
}

/** Some milliseconds: draws the plate of a name, shortened to its tile. */
function drawNamePlate(name: string, style: PlateStyle): NamePlate {
  const { fontSize, padding, height, radius, margin, maxTextWidth } = style;
  const font = `${fontSize}px ${fontFamilies(`${name}…`)}`;
  const ruler = createCanvas(1, 1).getContext('2d');
  Object.assign(ruler, { font, fontVariationSettings: WEIGHT });
  const text = shortened(name, maxTextWidth, (part) => ruler.measureText(part).width);
  const textWidth = Math.min(ruler.measureText(text).width, maxTextWidth);
  const width = Math.ceil(textWidth / 2) * 2 + 2 * padding;

  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = PLATE;
  context.roundRect(0, 0, width, height, radius);
  context.fill();
  Object.assign(context, { fillStyle: TEXT, font, fontVariationSettings: WEIGHT, textBaseline: 'middle' });
  context.fillText(text, padding, height / 2);
  return { width, height, margin, ...coverage(context.getImageData(0, 0, width, height).data) };
}

/** Lays a plate over the canvas at an even position. */
export function layNamePlate(canvas: Canvas, plate: NamePlate, { x, y }: Pick<Area, 'x' | 'y'>): void {
  const [luma, ...chroma] = canvas.planes;
  for (let row = 0; row < plate.height; row++) {
    const to = (y + row) * canvas.strides[0]! + x;
    const from = row * plate.width;
    for (let column = 0; column < plate.width; column++) {
      const below = luma![to + column]! * (1 - plate.alpha[from + column]!);
      luma![to + column] = below + plate.luma[from + column]! + 0.5;
    }
  }
  chroma.forEach((plane, index) => layOnChroma(plane, canvas.strides[index + 1]!, plate, x >> 1, y >> 1));
}

/** The plate has no colour of its own, so it only takes away; a chroma sample lies below four of its pixels. */
function layOnChroma(
  plane: Buffer,
  stride: number,
  { alpha, width, height }: NamePlate,
  x: number,
  y: number,
): void {
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      const first = row * width + column;
      const covered =
        (alpha[first]! + alpha[first + 1]! + alpha[first + width]! + alpha[first + width + 1]!) / 4;
      const at = (y + (row >> 1)) * stride + x + (column >> 1);
      plane[at] = plane[at]! + (GREY - plane[at]!) * covered + 0.5;
    }
  }
}

/** From RGBA, all of it grey, not premultiplied. */
function coverage(rgba: Uint8ClampedArray): Pick<NamePlate, 'alpha' | 'luma'> {
  const alpha = new Float32Array(rgba.length / 4);
  const luma = new Float32Array(alpha.length);
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    alpha[pixel] = rgba[pixel * 4 + 3]! / 255;
    luma[pixel] = (BLACK + (WHITE_ABOVE * rgba[pixel * 4]!) / 255) * alpha[pixel]!;
  }
  return { alpha, luma };
}
