import type { Frame } from '../../ffmpeg/picture';
import type { Tile } from '../../../shared/layout';
import { drawMuteMark } from '../../../shared/mute-mark';
import { markPlace, platePlace, type PlateStyle, plateStyle } from '../../../shared/name-plate';
import { type TileLook, tileShape } from '../../../shared/tile-look';
import type { Area, Canvas } from './canvas';
import type { Overlay } from './yuv';
import { Corners } from './corners';
import { drawNamePlate } from './name-plate';
import { type Colour, parseColour } from './paint';
import { Placeholder } from './placeholder';
import { drawPlate, layPlate, type Plate, type PlateCache } from './plate';
import type { TilePainter } from './tile-painter';

/** What a tile shows at one moment. */
export interface TileView {
  /** Null: the placeholder. */
  picture: Frame | null;
  /** Changes with the picture; null for the placeholder. */
  serial: number | null;
  muted: boolean;
}

export interface TileSurroundings {
  canvas: Canvas;
  /** What of the background belongs there. */
  layBackground: (area: Area) => void;
  /** Shown of them without a camera, drawn for this tile; null: there is none. */
  avatar: Overlay | null;
  look: TileLook;
  /** Of who sits there; empty where it isn't known. */
  name: string;
  /** Tiles that are drawn after this one. */
  above: readonly Tile[];
  plates: PlateCache;
}

interface Laid {
  plate: Plate;
  at: Area;
}

/** One tile on the canvas: its border, within that a picture or the placeholder, on it a name and marks. */
export class DrawnTile {
  private readonly inner: Area;
  private readonly placeholder: Placeholder;
  private readonly name: Laid | null;
  private readonly muteMark: Laid | null;
  private readonly frame: { colour: Colour; corners: Corners | null } | null;
  private readonly corners: Corners | null;
  /** What is on the canvas; null: nothing yet. */
  private shown: Pick<TileView, 'serial' | 'muted'> | null = null;

  constructor(
    readonly tile: Tile,
    readonly painter: TilePainter,
    private readonly around: TileSurroundings,
  ) {
    const { canvas, look, name, plates } = around;
    const { inner, radius, innerRadius, clearance } = tileShape(tile, look, canvas);
    this.inner = inner;
    this.frame =
      inner.width < tile.width
        ? { colour: parseColour(look.border!.colour, canvas.colour), corners: this.round(tile, radius) }
        : null;
    this.corners = this.round(inner, innerRadius);
    const style = plateStyle(inner, { clearance, marked: look.muteMarks });
    const face = { userId: tile.userId, name, style: tile.name ? style : null, avatar: around.avatar };
    this.placeholder = new Placeholder(canvas, { tile, inner }, face, plates);
    this.name = style && this.namePlate(style);
    this.muteMark = style && this.markPlate(style);
  }

  /** Is anything but this on the canvas? */
  differs({ serial, muted }: TileView): boolean {
    const { shown } = this;
    return !shown || shown.serial !== serial || (this.muteMark !== null && shown.muted !== muted);
  }

  /** Takes the softened edges off, before anything below is drawn again. @param whole with the border's */
  lift(whole: boolean): void {
    if (!this.shown) return;
    this.corners?.restore();
    if (whole) this.frame?.corners?.restore();
  }

  /** @param whole what lies below was drawn again, so the border has to be too */
  draw(view: TileView, whole: boolean): void {
    if (whole || !this.shown) this.drawFrame();
    this.corners?.keep();
    this.drawPicture(view.picture);
    if (this.name) layPlate(this.around.canvas, this.name.plate, this.name.at);
    if (this.muteMark && view.muted) layPlate(this.around.canvas, this.muteMark.plate, this.muteMark.at);
    this.corners?.cut();
    this.shown = view;
  }

  private drawFrame(): void {
    if (!this.frame) return;
    const { colour, corners } = this.frame;
    corners?.keep();
    this.around.canvas.fill(this.tile, colour);
    corners?.cut();
  }

  private drawPicture(picture: Frame | null): void {
    if (!picture) return this.placeholder.draw();
    const { inner, tile } = this;
    // With `fit` the bars around the picture are background; over a lower tile they would show it otherwise.
    if (tile.fit === 'fit') this.around.layBackground(inner);
    this.painter.draw(picture, inner, tile.fit);
  }

  private round(area: Area, radius: number): Corners | null {
    return radius > 0 ? new Corners(this.around.canvas, area, radius) : null;
  }

  private namePlate(style: PlateStyle): Laid | null {
    const { canvas, above, plates } = this.around;
    const { name } = this.tile;
    if (!name) return null;
    const plate = plates.of(`name:${style.fontSize}:${style.maxTextWidth}:${name}`, () =>
      drawNamePlate(name, style, canvas.colour),
    );
    const { width, height } = plate;
    return { plate, at: platePlace(this.inner, { width, height, margin: style.margin }, above) };
  }

  private markPlate(style: PlateStyle): Laid | null {
    const { canvas, look, above, plates } = this.around;
    if (!look.muteMarks) return null;
    const at = markPlace(this.inner, style, above);
    const { width: size } = at;
    const plate = plates.of(`mute:${size}`, () =>
      drawPlate(at, canvas.colour, (context) => drawMuteMark(context, { x: 0, y: 0, size })),
    );
    return { plate, at };
  }
}
