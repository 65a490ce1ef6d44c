/** The picture of a mix: everybody's camera, and their screens, on one canvas. */
import { layoutTiles, type Tile } from '../../../src/shared/layout';
import { platePlace, plateStyle, shortened } from '../../../src/shared/name-plate';
import { pictureHeights } from '../../../src/shared/picture-height';
import { pictureKey } from '../../../src/shared/picture-key';
import type { CoHostMixSeatView, Layout, VideoSource, WantedPicture } from '../contracts';
import { place } from './scene';

const TILE = '#23272f';
const INITIAL = '#4b5363';
const PLATE = 'rgba(0, 0, 0, 0.55)';
const PLATE_TEXT = '#ffffff';
const FONTS = 'system-ui, sans-serif';

/** By user. */
type Pictures = Record<VideoSource, ReadonlyMap<string, MediaStream>>;
const SOURCES: VideoSource[] = ['camera', 'screen'];

export class PictureMix {
  readonly canvas = document.createElement('canvas');
  private readonly context: CanvasRenderingContext2D;
  /** By `pictureKey`. */
  private readonly videos = new Map<string, HTMLVideoElement>();
  private seats = new Map<string, CoHostMixSeatView>();
  private layout: Layout | null = null;
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

  arrange(layout: Layout, seats: CoHostMixSeatView[], pictures: Pictures): void {
    this.seats = new Map(seats.map((seat) => [seat.userId, seat]));
    this.layout = layout;
    this.background = layout.background;
    const shown = SOURCES.flatMap((source) =>
      [...pictures[source]].map(([userId, stream]) => ({ key: pictureKey({ userId, source }), stream })),
    );
    const keys = new Set(shown.map(({ key }) => key));
    for (const key of this.videos.keys()) if (!keys.has(key)) this.drop(key);
    for (const { key, stream } of shown) this.show(key, stream);
    this.layOut();
  }

  /** How high the pictures are drawn, pixels. */
  get pictures(): WantedPicture[] {
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
    for (const key of [...this.videos.keys()]) this.drop(key);
    this.layout = null;
    this.tiles = [];
  }

  /** A screen takes its place once there is a picture of it. */
  private layOut(): void {
    const hasScreen = ({ userId }: CoHostMixSeatView): boolean =>
      (this.videos.get(pictureKey({ userId, source: 'screen' }))?.videoWidth ?? 0) > 0;
    const seats = [...this.seats.values()].map((seat) => ({ ...seat, screen: hasScreen(seat) }));
    this.tiles = this.layout ? layoutTiles(this.layout, seats, this.canvas) : [];
  }

  private drawTile(tile: Tile): void {
    const video = this.videos.get(pictureKey(tile));
    const { video: camera, name } = this.seats.get(tile.userId) ?? { video: false, name: '' };
    const shown = tile.source === 'screen' || camera;
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

  private show(key: string, stream: MediaStream): void {
    const video = this.videos.get(key) ?? document.createElement('video');
    this.videos.set(key, video);
    if (video.srcObject === stream) return;
    video.onloadeddata = () => this.layOut();
    Object.assign(video, { muted: true, playsInline: true, srcObject: stream });
    // Browsers play muted video without a click.
    video.play().catch(() => undefined);
  }

  private drop(key: string): void {
    const video = this.videos.get(key);
    if (video) Object.assign(video, { srcObject: null, onloadeddata: null });
    this.videos.delete(key);
  }
}
