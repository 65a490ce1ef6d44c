/** The picture of a mix: everybody's camera, and their screens, on one canvas. */
import { layoutTiles, type Rect } from '../../../src/shared/layout';
import { pictureHeights } from '../../../src/shared/picture-height';
import { pictureKey } from '../../../src/shared/picture-key';
import type { CoHostMixSeatView, Layout, LayoutWatermark, VideoSource, WantedPicture } from '../contracts';
import { MixPictures, type PictureLoader } from './mix-pictures';
import { isHeard, place } from './scene';
import { TileDrawing } from './tile-drawing';

/** By user. */
type Pictures = Record<VideoSource, ReadonlyMap<string, MediaStream>>;
const SOURCES: VideoSource[] = ['camera', 'screen'];

export class PictureMix {
  readonly canvas = document.createElement('canvas');
  private readonly context: CanvasRenderingContext2D;
  /** By `pictureKey`. */
  private readonly videos = new Map<string, HTMLVideoElement>();
  private seats = new Map<string, CoHostMixSeatView>();
  /** Of cameras and microphones, by user. */
  private streams: ReadonlyMap<string, MediaStream> = new Map();
  private layout: Layout | null = null;
  private tiles: TileDrawing[] = [];
  private background = '#000000';
  private backgroundImage: string | undefined;
  private watermark: LayoutWatermark | undefined;
  private readonly images: MixPictures;

  /**
   * @param size pixels
   * @param load gets the pictures that layouts name
   */
  constructor(size: { width: number; height: number }, load: PictureLoader) {
    this.images = new MixPictures(load);
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
    this.streams = pictures.camera;
    this.layout = layout;
    this.background = layout.background;
    this.backgroundImage = layout.backgroundImage;
    this.watermark = layout.watermark;
    this.images.want([layout.backgroundImage, layout.watermark?.image]);
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
    return pictureHeights(this.tiles.map(({ tile }) => tile));
  }

  draw(): void {
    const { context, canvas } = this;
    const { width, height } = canvas;
    this.drawBackground({ x: 0, y: 0, width, height });
    for (const drawing of this.tiles) {
      const { userId } = drawing.tile;
      const seat = this.seats.get(userId);
      const video = this.videos.get(pictureKey(drawing.tile));
      const isShown = drawing.tile.source === 'screen' || seat?.video;
      drawing.draw(context, {
        video: isShown && video && video.videoWidth > 0 ? video : null,
        name: seat?.name ?? '',
        muted: !seat || !isHeard(seat, this.streams.get(userId)?.getAudioTracks() ?? []),
        drawBackground: (area) => this.drawBackground(area),
      });
    }
    if (this.watermark) this.drawWatermark(this.watermark);
  }

  close(): void {
    for (const key of [...this.videos.keys()]) this.drop(key);
    this.layout = null;
    this.tiles = [];
    this.images.close();
  }

  /** A screen takes its place once there is a picture of it. */
  private layOut(): void {
    const { canvas, layout } = this;
    const hasScreen = ({ userId }: CoHostMixSeatView): boolean =>
      (this.videos.get(pictureKey({ userId, source: 'screen' }))?.videoWidth ?? 0) > 0;
    const seats = [...this.seats.values()].map((seat) => ({ ...seat, screen: hasScreen(seat) }));
    const tiles = layout ? layoutTiles(layout, seats, canvas) : [];
    this.tiles = tiles.map((tile, index) => new TileDrawing(tile, layout!, tiles.slice(index + 1), canvas));
  }

  /** What belongs there of the colour, and of the picture that covers it. */
  private drawBackground({ x, y, width, height }: Rect): void {
    const { context, canvas } = this;
    context.fillStyle = this.background;
    context.fillRect(x, y, width, height);
    const picture = this.images.get(this.backgroundImage);
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
    const picture = this.images.get(image);
    if (!picture) return;
    const across = width * canvas.width;
    const down = (across * picture.height) / picture.width;
    context.save();
    context.globalAlpha = opacity;
    context.drawImage(picture, x * canvas.width, y * canvas.height, across, down);
    context.restore();
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
    if (video) video.srcObject = null;
    this.videos.delete(key);
  }
}
