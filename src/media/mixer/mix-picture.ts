import type { MixOutput, MixRelief, WantedPicture } from '../../contracts';
import type { MixSeat } from '../contract';
import { type EncodedVideo, X264Encoder } from '../ffmpeg/x264-encoder';
import type { Tile } from '../../shared/layout';
import { pictureHeights } from '../../shared/picture-height';
import { Compositor, type PictureOf } from './mcu/compositor';
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

  /** @returns how high the pictures are drawn of which something is seen, pixels */
  arrange(tiles: Tile[], background: string, seats: readonly MixSeat[]): WantedPicture[] {
    const seen = seenTiles(tiles);
    this.compositor.arrange(seen, background);
    this.tiles = tiles;
    this.seats = seats;
    this.messages.changed();
    return pictureHeights(seen);
  }

  draw(pictureOf: PictureOf): void {
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
