/** The picture of a mix: everybody's camera on one canvas. */
import { layoutTiles, type Tile } from '../../../src/shared/layout';
import { platePlace, plateStyle, shortened } from '../../../src/shared/name-plate';
import { pictureHeights } from '../../../src/shared/picture-height';
import type { CoHostMixSeatView, Layout } from '../contracts';
import { place } from './scene';

const TILE = '#23272f';
const INITIAL = '#4b5363';
const PLATE = 'rgba(0, 0, 0, 0.55)';
const PLATE_TEXT = '#ffffff';
const FONTS = 'system-ui, sans-serif';

export class PictureMix {
  readonly canvas = document.createElement('canvas');
  private readonly context: CanvasRenderingContext2D;
  private readonly videos = new Map<string, HTMLVideoElement>();
  private seats = new Map<string, CoHostMixSeatView>();
  private tiles: Tile[] = [];
  private background = '#000000';

  /** @param size pixels */
  constructor(size: { width: number; height: number }) {
    this.resize(size);
    const context = this.canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser draws no canvas');
    this.context = context;
  }

  /** Clears the canvas; call `arrange` afterwards. */
  resize({ width, height }: { width: number; height: number }): void {
    Object.assign(this.canvas, { width, height });
  }

  arrange(layout: Layout, seats: CoHostMixSeatView[], streams: ReadonlyMap<string, MediaStream>): void {
    this.seats = new Map(seats.map((seat) => [seat.userId, seat]));
    this.tiles = layoutTiles(layout, seats, this.canvas);
    this.background = layout.background;
    for (const userId of this.videos.keys()) if (!streams.has(userId)) this.drop(userId);
    for (const [userId, stream] of streams) this.show(userId, stream);
  }

  /** How high each camera's picture is drawn, pixels. */
  get heights(): ReadonlyMap<string, number> {
    return pictureHeights(this.tiles);
  }

  draw(): void {
    const { context, canvas } = this;
    context.fillStyle = this.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    for (const [index, tile] of this.tiles.entries()) {
      this.drawTile(tile);
      if (tile.name) this.drawName(tile.name, tile, this.tiles.slice(index + 1));
    }
  }

  close(): void {
    for (const userId of [...this.videos.keys()]) this.drop(userId);
    this.tiles = [];
  }

  private drawTile(tile: Tile): void {
    const video = this.videos.get(tile.userId);
    const { video: shown, name } = this.seats.get(tile.userId) ?? { video: false, name: '' };
    if (!shown || !video || video.videoWidth === 0) return this.drawPlaceholder(tile, name);
    const { context } = this;
    const { from, to } = place({ width: video.videoWidth, height: video.videoHeight }, tile, tile.fit);
    if (tile.fit === 'fit') {
      context.fillStyle = this.background;
      context.fillRect(tile.x, tile.y, tile.width, tile.height);
    }
    context.drawImage(video, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height);
  }

  private drawPlaceholder({ x, y, width, height }: Tile, name: string): void {
    const { context } = this;
    context.fillStyle = TILE;
    context.fillRect(x, y, width, height);
    context.fillStyle = INITIAL;
    context.font = `600 ${Math.round(Math.min(width, height) * 0.4)}px ${FONTS}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText([...name][0]?.toUpperCase() ?? '', x + width / 2, y + height / 2);
  }

  private drawName(name: string, tile: Tile, above: Tile[]): void {
    const style = plateStyle(tile);
    if (!style) return;
    const { context } = this;
    context.font = `500 ${style.fontSize}px ${FONTS}`;
    const text = shortened(name, style.maxTextWidth, (part) => context.measureText(part).width);
    const width = Math.min(context.measureText(text).width, style.maxTextWidth) + 2 * style.padding;
    const { x, y, height } = platePlace(tile, { ...style, width }, above);
    context.fillStyle = PLATE;
    context.beginPath();
    context.roundRect(x, y, width, height, style.radius);
    context.fill();
    context.fillStyle = PLATE_TEXT;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillText(text, x + style.padding, y + height / 2);
  }

  private show(userId: string, stream: MediaStream): void {
    const video = this.videos.get(userId) ?? document.createElement('video');
    this.videos.set(userId, video);
    if (video.srcObject === stream) return;
    Object.assign(video, { muted: true, playsInline: true, srcObject: stream });
    // Browsers play muted video without a click.
    video.play().catch(() => undefined);
  }

  private drop(userId: string): void {
    const video = this.videos.get(userId);
    if (video) video.srcObject = null;
    this.videos.delete(userId);
  }
}
