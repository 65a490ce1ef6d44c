/** A name on its tile. */
import { createCanvas } from '@napi-rs/canvas';
import type { ColourSpace } from '../../../contracts';
import { type PlateStyle, shortened } from '../../../shared/name-plate';
import { fontFamilies, WEIGHT } from './fonts';
import { drawPlate, type Plate } from './plate';

const PLATE = 'rgba(0, 0, 0, 0.55)';
const TEXT = '#ffffff';

/** Some milliseconds: draws the plate of a name, shortened to its tile. */
export function drawNamePlate(name: string, style: PlateStyle, space: ColourSpace): Plate {
  const { fontSize, padding, height, radius, maxTextWidth } = style;
  const font = `${fontSize}px ${fontFamilies(`${name}…`)}`;
  const ruler = createCanvas(1, 1).getContext('2d');
  Object.assign(ruler, { font, fontVariationSettings: WEIGHT });
  const text = shortened(name, maxTextWidth, (part) => ruler.measureText(part).width);
  const textWidth = Math.min(ruler.measureText(text).width, maxTextWidth);
  const width = Math.ceil(textWidth / 2) * 2 + 2 * padding;
  return drawPlate({ width, height }, space, (context) => {
    context.fillStyle = PLATE;
    context.roundRect(0, 0, width, height, radius);
    context.fill();
    Object.assign(context, { fillStyle: TEXT, font, fontVariationSettings: WEIGHT, textBaseline: 'middle' });
    context.fillText(text, padding, height / 2);
  });
}
