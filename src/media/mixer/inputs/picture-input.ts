import type { DecodedPicture } from '../../ffmpeg/video-decoder';
import type { TilePicture } from '../mcu/compositor';
import type { VideoInput } from './video-input';

/** One of a user's pictures: its source, which comes and goes, and the last picture, which outlives it. */
export class PictureInput {
  video: VideoInput<DecodedPicture> | null = null;
  private last: { picture: DecodedPicture; serial: number; atMs: number } | null = null;
  private serial = 0;

  /** @param stalledAfterMs a picture older than this gives way to the placeholder */
  constructor(private readonly stalledAfterMs: number) {}

  /** The picture to show at `atMs`; null: the placeholder. */
  picture(atMs: number): TilePicture | null {
    const picture = this.video?.take(atMs);
    if (picture) {
      this.last?.picture.free();
      this.last = { picture, serial: ++this.serial, atMs };
    }
    return this.last && atMs - this.last.atMs < this.stalledAfterMs ? this.last : null;
  }

  /** Whether there is one to show, or was. */
  has(atMs: number): boolean {
    return this.last !== null || this.picture(atMs) !== null;
  }

  /** Forgets the last picture: it is to be seen no more. */
  hide(): void {
    this.last?.picture.free();
    this.last = null;
  }
}
