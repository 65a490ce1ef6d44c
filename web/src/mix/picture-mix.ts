/** The picture of a mix: everybody's camera on one canvas. */
import { layoutTiles } from '../../../src/shared/layout';
import { pictureHeights } from '../../../src/shared/picture-height';
import type { CoHostMixSeatView, Layout } from '../contracts';
import { isHeard } from './scene';
import { TileDrawing } from './tile-drawing';

export class PictureMix {
  readonly canvas = document.createElement('canvas');
  private readonly context: CanvasRenderingContext2D;
  private readonly videos = new Map<string, HTMLVideoElement>();
  private seats = new Map<string, CoHostMixSeatView>();
  private streams: ReadonlyMap<string, MediaStream> = new Map();
  private tiles: TileDrawing[] = [];
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
    this.streams = streams;
    const { canvas } = this;
    const tiles = layoutTiles(layout, seats, canvas);
    this.tiles = tiles.map((tile, index) => new TileDrawing(tile, layout, tiles.slice(index + 1), canvas));
    this.background = layout.background;
    for (const userId of this.videos.keys()) if (!streams.has(userId)) this.drop(userId);
    for (const [userId, stream] of streams) this.show(userId, stream);
  }

  /** How high each camera's picture is drawn, pixels. */
  get heights(): ReadonlyMap<string, number> {
    return pictureHeights(this.tiles.map(({ tile }) => tile));
  }

  draw(): void {
    const { context, canvas } = this;
    context.fillStyle = this.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    for (const drawing of this.tiles) {
      const { userId } = drawing.tile;
      const seat = this.seats.get(userId);
      const video = this.videos.get(userId);
      drawing.draw(context, {
        video: seat?.video && video && video.videoWidth > 0 ? video : null,
        name: seat?.name ?? '',
        muted: !seat || !isHeard(seat, this.streams.get(userId)?.getAudioTracks() ?? []),
      });
    }
  }

  close(): void {
    for (const userId of [...this.videos.keys()]) this.drop(userId);
    this.tiles = [];
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
