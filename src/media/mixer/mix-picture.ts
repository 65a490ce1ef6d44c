import type { Layout, MixOutput, MixRelief } from '../../contracts';
import type { MixSeat } from '../contract';
import { type EncodedVideo, X264Encoder } from '../ffmpeg/x264-encoder';
import type { Tile } from '../../shared/layout';
import { pictureHeights } from '../../shared/picture-height';
import { artOf } from './mcu/art';
import { Compositor, type TilePicture } from './mcu/compositor';
import type { Images } from './mcu/images';
import { seenTiles } from './mcu/seen';
import { MixMessages } from './mix-messages';
import { relieved } from './overload';

/** Frames encoded and discarded before the start: an encoder's first ones take several times as long. */
const WARM_UP_FRAMES = 2;

/** A picture's place on the output's grid. */
export interface PictureTime {
  index: number;
  /** Its timestamp, media time. */
  ms: number;
}

/** The picture of a mix with one output: who is drawn where, and its encoder. */
export class MixPicture {
  private readonly compositor: Compositor;
  private readonly messages = new MixMessages();
  private x264: X264Encoder;
  private tiles: readonly Tile[] = [];
  private seats: readonly MixSeat[] = [];
  /** Index of the last keyframe. */
  private keyframeIndex = 0;

  /** @param levelOf loudness of a user, 0..1 */
  constructor(
    private readonly output: MixOutput,
    private readonly levelOf: (userId: string) => number,
    private readonly images: Images,
    taken: readonly MixRelief[] = [],
  ) {
    this.compositor = new Compositor(output);
    this.x264 = new X264Encoder(relieved(output, taken));
  }

  /** AVCDecoderConfigurationRecord. */
  get decoderConfig(): Buffer {
    return this.x264.decoderConfig;
  }

  /** Draws and encodes what nobody will see. */
  warmUp(): void {
    this.compositor.draw(() => null);
    for (let i = 0; i < WARM_UP_FRAMES; i++) this.x264.encode(this.compositor.canvas.frame, i, false);
  }

  /** @returns how high the pictures of those are drawn of whom something is seen, pixels */
  arrange(tiles: Tile[], layout: Layout, seats: readonly MixSeat[]): Map<string, number> {
    const seen = seenTiles(tiles);
    const art = artOf(this.images, this.compositor.canvas, layout, seats, seen);
    this.compositor.arrange(seen, layout.background, art);
    this.tiles = tiles;
    this.seats = seats;
    this.messages.changed();
    return pictureHeights(seen);
  }

  draw(pictureOf: (userId: string) => TilePicture | null): void {
    this.compositor.draw(pictureOf);
  }

  /** What was drawn, encoded, with what is said of it. */
  encode({ index, ms }: PictureTime, wantsKeyframe: boolean): EncodedVideo | null {
    // The encoder counts the pictures that it gets; where some are left out its GOP would be longer.
    const isDue = index - this.keyframeIndex >= this.output.gop;
    const frame = this.x264.encode(
      this.compositor.canvas.frame,
      WARM_UP_FRAMES + index,
      wantsKeyframe || isDue,
    );
    if (!frame) return null;
    if (frame.keyframe) this.keyframeIndex = index;
    const { output, tiles, seats, levelOf } = this;
    return this.messages.into(frame, ms, { output, tiles, seats, levelOf });
  }

  /** Another encoder for the same output, which begins with a keyframe. */
  relieve(taken: readonly MixRelief[]): void {
    const before = this.x264;
    this.x264 = new X264Encoder(relieved(this.output, taken));
    before.close();
  }

  close(): void {
    this.compositor.close();
    this.x264.close();
  }
}
