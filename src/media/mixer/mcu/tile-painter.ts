import type { Fit } from '../../../contracts';
import type { Frame } from '../../ffmpeg/picture';
import { Scaler, VECTOR_WIDTH, type Size } from '../../ffmpeg/scaler';
import { Canvas, type Area } from './canvas';

const even = (value: number) => Math.floor(value / 2) * 2;

/** Draws pictures of one source into areas; keeps its scaler as long as the sizes stay the same. */
export class TilePainter {
  private scaler: Scaler | null = null;
  /** Where pictures of an awkward width are scaled to, so that they don't spill over their neighbours. */
  private scratch: Canvas | null = null;
  private key = '';

  /** Returns the part of `area` that the picture covers (all of it for `crop`). */
  draw(canvas: Canvas, picture: Frame, area: Area, fit: Fit): Area {
    const source = fit === 'crop' ? cropped(picture, area) : { x: 0, y: 0, ...sizeOf(picture) };
    const target = fit === 'crop' ? area : fitted(picture, area);
    const scaler = this.scalerFor(source, picture.format, target);
    const to = this.scratch ?? { planes: canvas.window(target), strides: canvas.strides };
    scaler.scale(planesOf(picture, source), to);
    if (this.scratch) canvas.copyFrom(this.scratch, target);
    return target;
  }

  close(): void {
    this.scaler?.close();
    this.scratch?.close();
    this.scaler = this.scratch = null;
    this.key = '';
  }

  private scalerFor(source: Size, format: Frame['format'], target: Size): Scaler {
    const key = [source.width, source.height, format, target.width, target.height].join(':');
    if (this.scaler && key === this.key) return this.scaler;
    this.close();
    if (target.width % VECTOR_WIDTH !== 0) this.scratch = new Canvas(target.width, target.height);
    this.key = key;
    return (this.scaler = new Scaler(source, format, target));
  }
}

/** Cropping is a matter of where the planes begin; all decoders here give 4:2:0 planes. */
function planesOf(picture: Frame, { x, y }: Area): { planes: Buffer[]; strides: number[] } {
  const planes = picture.data!.filter((plane) => plane.length > 0);
  const strides = picture.linesize.slice(0, planes.length);
  const from = planes.map((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    return plane.subarray((y >> shift) * strides[index]! + (x >> shift));
  });
  return { planes: from, strides };
}

function sizeOf(picture: Frame): Size {
  return { width: picture.width, height: picture.height };
}

/** The middle of the picture with the aspect of the area. */
function cropped(picture: Frame, area: Area): Area {
  const { width, height } = sizeOf(picture);
  const wanted = area.width / area.height;
  const cut =
    width / height > wanted
      ? { width: Math.max(2, even(height * wanted)), height }
      : { width, height: Math.max(2, even(width / wanted)) };
  return { x: even((width - cut.width) / 2), y: even((height - cut.height) / 2), ...cut };
}

/** The middle of the area with the aspect of the picture. */
function fitted(picture: Frame, area: Area): Area {
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
