/** The picture of a mix: everybody's camera on one canvas. */
import { layoutTiles, type Tile } from '../../../src/shared/layout';
import { platePlace, plateStyle, shortened } from '../../../src/shared/name-plate';
import { pictureHeights } from '../../../src/shared/picture-height';
import type { CoHostMixSeatView, Layout, LayoutWatermark } from '../contracts';
import { MixPictures, type PictureLoader } from './mix-pictures';
import { place } from './scene';

const TILE = '#23272f';
const INITIAL = '#4b5363';
const PLATE = 'rgba(0, 0, 0, 0.55)';
const PLATE_TEXT = '#ffffff';
const FONTS = 'system-ui, sans-serif';

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class PictureMix {
  readonly canvas = document.createElement('canvas');
  private readonly context: CanvasRenderingContext2D;
  private readonly videos = new Map<string, HTMLVideoElement>();
  private seats = new Map<string, CoHostMixSeatView>();
  private tiles: Tile[] = [];
  private background = '#000000';
  private backgroundImage: string | undefined;
  private watermark: LayoutWatermark | undefined;
  private readonly pictures: MixPictures;

  /**
   * @param size pixels
   * @param load gets the pictures that layouts name
   */
  constructor(size: { width: number; height: number }, load: PictureLoader) {
    this.pictures = new MixPictures(load);
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
    this.backgroundImage = layout.backgroundImage;
    this.watermark = layout.watermark;
    this.pictures.want([layout.backgroundImage, layout.watermark?.image]);
    for (const userId of this.videos.keys()) if (!streams.has(userId)) this.drop(userId);
    for (const [userId, stream] of streams) this.show(userId, stream);
  }

  /** How high each camera's picture is drawn, pixels. */
  get heights(): ReadonlyMap<string, number> {
    return pictureHeights(this.tiles);
  }

  draw(): void {
    const { width, height } = this.canvas;
    this.drawBackground({ x: 0, y: 0, width, height });
    for (const [index, tile] of this.tiles.entries()) {
      this.drawTile(tile);
      if (tile.name) this.drawName(tile.name, tile, this.tiles.slice(index + 1));
    }
    if (this.watermark) this.drawWatermark(this.watermark);
  }

  close(): void {
    for (const userId of [...this.videos.keys()]) this.drop(userId);
    this.tiles = [];
    this.pictures.close();
  }

  /** What belongs there of the colour, and of the picture that covers it. */
  private drawBackground({ x, y, width, height }: Area): void {
    const { context, canvas } = this;
    context.fillStyle = this.background;
    context.fillRect(x, y, width, height);
    const picture = this.pictures.get(this.backgroundImage);
    if (!picture) return;
    const { from, to } = place(picture, { x: 0, y: 0, width: canvas.width, height: canvas.height }, 'crop');
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.drawImage(picture, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height);
    context.restore();
  }

  private drawWatermark({ image, x, y, width, opacity }: LayoutWatermark): void {
    const { context, canvas } = this;
    const picture = this.pictures.get(image);
    if (!picture) return;
    const across = width * canvas.width;
    const down = (across * picture.height) / picture.width;
    context.save();
    context.globalAlpha = opacity;
    context.drawImage(picture, x * canvas.width, y * canvas.height, across, down);
    context.restore();
  }

  private drawTile(tile: Tile): void {
    const video = this.videos.get(tile.userId);
    const { video: shown, name } = this.seats.get(tile.userId) ?? { video: false, name: '' };
    if (!shown || !video || video.videoWidth === 0) return this.drawPlaceholder(tile, name);
    const { context } = this;
    const { from, to } = place({ width: video.videoWidth, height: video.videoHeight }, tile, tile.fit);
    if (tile.fit === 'fit') this.drawBackground(tile);
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
