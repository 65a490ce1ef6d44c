import type { Layout, MixOutput, MixRelief, WantedPicture } from '../../contracts';
import type { MixSeat } from '../contract';
import type { EncodedVideo, H264Encoder } from '../ffmpeg/h264-encoder';
import type { Tile } from '../../shared/layout';
import { pictureHeights } from '../../shared/picture-height';
import { artOf } from './mcu/art';
import { Compositor, type PictureOf, type Scenery } from './mcu/compositor';
import type { Images } from './mcu/images';
import { seenTiles } from './mcu/seen';
import { MixMessages } from './mix-messages';
import type { OpenEncoder } from './open-encoder';
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
  private encoder: H264Encoder;
  private tiles: readonly Tile[] = [];
  private seats: readonly MixSeat[] = [];
  /** Index of the last keyframe. */
  private keyframeIndex = 0;

  /** @param levelOf loudness of a user, 0..1 */
  constructor(
    private readonly output: MixOutput,
    private readonly openEncoder: OpenEncoder,
    private readonly levelOf: (userId: string) => number,
    private readonly images: Images,
    taken: readonly MixRelief[] = [],
  ) {
    this.compositor = new Compositor(output);
    this.encoder = openEncoder(relieved(output, taken));
  }

  /** AVCDecoderConfigurationRecord. */
  get decoderConfig(): Buffer {
    return this.encoder.decoderConfig;
  }

  /** Draws and encodes what nobody will see. */
  warmUp(): void {
    this.compositor.draw(() => null);
    for (let i = 0; i < WARM_UP_FRAMES; i++) this.encoder.encode(this.compositor.canvas.frame, i, false);
  }

  /** @returns how high the pictures are drawn of which something is seen, pixels */
  arrange(tiles: Tile[], layout: Layout, seats: readonly MixSeat[]): WantedPicture[] {
    const seen = seenTiles(tiles, layout, this.output);
    const art = artOf(this.images, this.compositor.canvas, layout, seats, seen);
    this.compositor.arrange(seen, layout.background, sceneryOf(layout, seats), art);
    this.tiles = tiles;
    this.seats = seats;
    this.messages.changed();
    return pictureHeights(seen);
  }

  /** @param isMuted aren't they heard? */
  draw(pictureOf: PictureOf, isMuted: (userId: string) => boolean): void {
    this.compositor.draw(pictureOf, isMuted);
  }

  /** What was drawn, encoded, with what is said of it. */
  encode({ index, ms }: PictureTime, wantsKeyframe: boolean): EncodedVideo | null {
    // The encoder counts the pictures that it gets; where some are left out its GOP would be longer.
    const isDue = index - this.keyframeIndex >= this.output.gop;
    const frame = this.encoder.encode(
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
    const before = this.encoder;
    this.encoder = this.openEncoder(relieved(this.output, taken));
    before.close();
  }

  close(): void {
    this.compositor.close();
    this.encoder.close();
  }
}

/** How the tiles of a layout look with these people. */
export function sceneryOf(
  { border, radius, muteMarks }: Layout,
  seats: readonly Pick<MixSeat, 'userId' | 'name'>[],
): Scenery {
  const names = new Map(seats.map(({ userId, name }) => [userId, name]));
  return { look: { border, radius, muteMarks }, names };
}
