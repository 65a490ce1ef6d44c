/** One tile of the page's mix: its border and corners, in it a picture or who has none, on it a name and a mark. */
import { colourOfUser, drawInitials, initialsOf } from '../../../src/shared/initials';
import type { CanvasSize, Rect, Tile } from '../../../src/shared/layout';
import { drawMuteMark } from '../../../src/shared/mute-mark';
import {
  facePlace,
  markPlace,
  platePlace,
  type PlateStyle,
  plateStyle,
  shortened,
} from '../../../src/shared/name-plate';
import { type TileShape, tileShape } from '../../../src/shared/tile-look';
import type { Layout } from '../contracts';
import { place } from './scene';

const TILE = '#23272f';
const OUTLINE = '#4b5363';
const PLATE = 'rgba(0, 0, 0, 0.55)';
const PLATE_TEXT = '#ffffff';
const FONTS = 'system-ui, sans-serif';

export interface TileContent {
  /** Null: the placeholder. */
  video: HTMLVideoElement | null;
  /** Of who sits there. */
  name: string;
  muted: boolean;
  /** Draws what of the background belongs there. */
  drawBackground: (area: Rect) => void;
}

/** A tile with everything that stays the same from picture to picture. */
export class TileDrawing {
  private readonly shape: TileShape;
  private readonly style: PlateStyle | null;

  /** @param above tiles that are drawn after this one */
  constructor(
    readonly tile: Tile,
    private readonly layout: Layout,
    private readonly above: Tile[],
    canvas: CanvasSize,
  ) {
    this.shape = tileShape(tile, layout, canvas);
    const { inner, clearance } = this.shape;
    this.style = plateStyle(inner, { clearance, marked: layout.muteMarks });
  }

  draw(context: CanvasRenderingContext2D, content: TileContent): void {
    const { inner, radius, innerRadius } = this.shape;
    if (inner.width < this.tile.width) {
      context.fillStyle = this.layout.border!.colour;
      trace(context, this.tile, radius);
      context.fill();
    }
    if (innerRadius === 0) return this.drawInner(context, content);
    context.save();
    trace(context, inner, innerRadius);
    context.clip();
    this.drawInner(context, content);
    context.restore();
  }

  private drawInner(context: CanvasRenderingContext2D, content: TileContent): void {
    const { video, name, muted } = content;
    const { tile, above, style, layout } = this;
    const { inner } = this.shape;
    if (video) this.drawPicture(context, video, content.drawBackground);
    else drawPlaceholder(context, inner, { userId: tile.userId, name, style: tile.name ? style : null });
    if (!style) return;
    if (tile.name) drawName(context, tile.name, style, inner, above);
    if (layout.muteMarks && muted) {
      const { x, y, width: size } = markPlace(inner, style, above);
      drawMuteMark(context, { x, y, size });
    }
  }

  private drawPicture(
    context: CanvasRenderingContext2D,
    video: HTMLVideoElement,
    drawBackground: (area: Rect) => void,
  ): void {
    const { inner } = this.shape;
    const { fit } = this.tile;
    const { from, to } = place({ width: video.videoWidth, height: video.videoHeight }, inner, fit);
    if (fit === 'fit') drawBackground(inner);
    context.drawImage(video, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height);
  }
}

function drawPlaceholder(
  context: CanvasRenderingContext2D,
  area: Rect,
  { userId, name, style }: { userId: string; name: string; style: PlateStyle | null },
): void {
  fill(context, area, TILE);
  const { x, y, width: size } = facePlace(area, style);
  const initials = initialsOf(name);
  const look = { colour: colourOfUser(userId), fonts: FONTS };
  if (initials !== null) return drawInitials(context, { x, y, size }, { initials, ...look });
  // Head and shoulders.
  context.fillStyle = OUTLINE;
  context.beginPath();
  context.arc(x + size / 2, y + size * 0.26, size * 0.23, 0, 2 * Math.PI);
  context.fill();
  context.beginPath();
  context.arc(x + size / 2, y + size, size * 0.42, Math.PI, 2 * Math.PI);
  context.fill();
}

function drawName(
  context: CanvasRenderingContext2D,
  name: string,
  style: PlateStyle,
  area: Rect,
  above: Tile[],
): void {
  context.font = `500 ${style.fontSize}px ${FONTS}`;
  const text = shortened(name, style.maxTextWidth, (part) => context.measureText(part).width);
  const width = Math.min(context.measureText(text).width, style.maxTextWidth) + 2 * style.padding;
  const { x, y, height } = platePlace(area, { ...style, width }, above);
  context.fillStyle = PLATE;
  trace(context, { x, y, width, height }, style.radius);
  context.fill();
  context.fillStyle = PLATE_TEXT;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(text, x + style.padding, y + height / 2);
}

function trace(context: CanvasRenderingContext2D, { x, y, width, height }: Rect, radius: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
}

function fill(context: CanvasRenderingContext2D, { x, y, width, height }: Rect, colour: string): void {
  context.fillStyle = colour;
  context.fillRect(x, y, width, height);
}
