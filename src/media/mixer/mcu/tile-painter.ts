import type { Fit } from '../../../contracts';
import { type Frame, Picture } from '../../ffmpeg/picture';
import { type Planes, Scaler, type Size, VECTOR_WIDTH } from '../../ffmpeg/scaler';
import { type Area, type Canvas, lay, type Sticker, windowOf } from './canvas';

const even = (value: number) => Math.floor(value / 2) * 2;

/** How pictures of one size and format get into one area. */
interface Way extends Size {
  format: Frame['format'];
  area: Area;
  fit: Fit;
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
    const { source, scaler, from, to, scratch } = this.wayOf(picture, area, fit);
    source.copyFrom(picture);
    scaler.scale(from, to);
    if (scratch) lay(scratch.sticker);
  }

  close(): void {
    if (!this.way) return;
    const { source, scaler, scratch } = this.way;
    scaler.close();
    source.close();
    scratch?.picture.close();
    this.way = null;
  }

  private wayOf(picture: Frame, area: Area, fit: Fit): Way {
    const { width, height, format } = picture;
    const { way } = this;
    const holds =
      way?.width === width &&
      way.height === height &&
      way.format === format &&
      way.fit === fit &&
      sameArea(way.area, area);
    if (holds) return way;
    this.close();
    return (this.way = this.find({ width, height }, format, area, fit));
  }

  private find(size: Size, format: Frame['format'], area: Area, fit: Fit): Way {
    const seen = fit === 'crop' ? cropped(size, area) : { x: 0, y: 0, ...size };
    const target = fit === 'crop' ? area : fitted(size, area);
    const source = new Picture(size.width, size.height, format);
    const scaler = new Scaler(seen, format, target);
    const scratch = spills(seen, target) ? this.scratchFor(target) : null;
    const to = scratch?.picture ?? this.canvas.window(target);
    return { ...size, format, area, fit, source, from: windowOf(source, seen), scaler, to, scratch };
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
