import type { Fit } from '../../../contracts';
import { ColourConverter, colourOf, isColour } from '../../ffmpeg/colour-converter';
import { type Frame, Picture } from '../../ffmpeg/picture';
import { type Planes, Scaler, type Size, VECTOR_WIDTH } from '../../ffmpeg/scaler';
import { type Area, type Canvas, lay, type Sticker, windowOf } from './canvas';

const even = (value: number) => Math.floor(value / 2) * 2;

/** How pictures of one size and colour get into one area. */
interface Way extends Size {
  colour: string;
  area: Area;
  fit: Fit;
  /** Null where they have the colours of the canvas. */
  converter: ColourConverter | null;
  /** The picture is copied to here, and cropped by reading from `from`, which lies in it. */
  source: Picture;
  from: Planes;
  scaler: Scaler;
  to: Planes;
  /** Where pictures of an awkward width are scaled to, so that they don't spill over their neighbours; it is `to`. */
  scratch: { picture: Picture; sticker: Sticker } | null;
}

/** Draws pictures of one user; keeps what it needs for that as long as the sizes stay the same. */
export class TilePainter {
  private way: Way | null = null;

  constructor(private readonly canvas: Canvas) {}

  /** `fit` leaves the rest of the area as it is. */
  draw(picture: Frame, area: Area, fit: Fit): void {
    const { converter, source, scaler, from, to, scratch } = this.wayOf(picture, area, fit);
    source.copyFrom(converter?.convert(picture) ?? picture);
    scaler.scale(from, to);
    if (scratch) lay(scratch.sticker);
  }

  close(): void {
    if (!this.way) return;
    const { converter, source, scaler, scratch } = this.way;
    converter?.close();
    scaler.close();
    source.close();
    scratch?.picture.close();
    this.way = null;
  }

  private wayOf(picture: Frame, area: Area, fit: Fit): Way {
    const { width, height } = picture;
    const colour = colourOf(picture);
    const { way } = this;
    const holds =
      way?.width === width &&
      way.height === height &&
      way.colour === colour &&
      way.fit === fit &&
      sameArea(way.area, area);
    if (holds) return way;
    this.close();
    return (this.way = this.find({ width, height }, colour, area, fit));
  }

  private find(size: Size, colour: string, area: Area, fit: Fit): Way {
    const seen = fit === 'crop' ? cropped(size, area) : { x: 0, y: 0, ...size };
    const target = fit === 'crop' ? area : fitted(size, area);
    const output = this.canvas.colour;
    const converter = isColour(colour, output) ? null : new ColourConverter(size, colour, output);
    const source = new Picture(size.width, size.height);
    const scaler = new Scaler(seen, target);
    const scratch = spills(seen, target) ? this.scratchFor(target) : null;
    const to = scratch?.picture ?? this.canvas.window(target);
    const from = windowOf(source, seen);
    return { ...size, colour, area, fit, converter, source, from, scaler, to, scratch };
  }

  private scratchFor(target: Area): NonNullable<Way['scratch']> {
    const picture = new Picture(target.width, target.height);
    return { picture, sticker: this.canvas.sticker(picture, target) };
  }
}

/** Rows that are copied and not scaled end where they should. */
function spills(from: Size, to: Size): boolean {
  return to.width % VECTOR_WIDTH !== 0 && (from.width !== to.width || from.height !== to.height);
}

function sameArea(a: Area, b: Area): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

/** The middle of the picture with the aspect of the area. */
function cropped({ width, height }: Size, area: Size): Area {
  const wanted = area.width / area.height;
  const cut =
    width / height > wanted
      ? { width: Math.max(2, even(height * wanted)), height }
      : { width, height: Math.max(2, even(width / wanted)) };
  return { x: even((width - cut.width) / 2), y: even((height - cut.height) / 2), ...cut };
}

/** The middle of the area with the aspect of the picture. */
function fitted(picture: Size, area: Area): Area {
  const aspect = picture.width / picture.height;
  const width = Math.min(area.width, Math.max(2, even(area.height * aspect)));
  const height = Math.min(area.height, Math.max(2, even(area.width / aspect)));
  return {
    x: area.x + even((area.width - width) / 2),
    y: area.y + even((area.height - height) / 2),
    width,
    height,
  };
}
