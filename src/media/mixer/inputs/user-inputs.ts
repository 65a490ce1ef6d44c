import type { DecodedPicture } from '../../ffmpeg/video-decoder';
import type { TilePicture } from '../mcu/compositor';
import type { AudioInput } from './audio-input';
import type { VideoInput } from './video-input';

/** A picture older than this gives way to the placeholder, ms. */
const STALLED_AFTER_MS = 2000;

/** What is on hand from one user: their sources, which come and go, and the last picture, which outlives them. */
export class UserInputs {
  audio: AudioInput | null = null;
  video: VideoInput<DecodedPicture> | null = null;
  private last: { picture: DecodedPicture; serial: number; atMs: number } | null = null;
  private serial = 0;

  /** The picture to show at `atMs`; null: the placeholder. */
  picture(atMs: number): TilePicture | null {
    const picture = this.video?.take(atMs);
    if (picture) {
      this.last?.picture.free();
      this.last = { picture, serial: ++this.serial, atMs };
    }
    return this.last && atMs - this.last.atMs < STALLED_AFTER_MS ? this.last : null;
  }

  /** Forgets the last picture: the camera was hidden. */
  hide(): void {
    this.last?.picture.free();
    this.last = null;
  }

  /** Whether they have delivered: a picture where there is a camera, else sound. */
  delivered(nowMs: number, video: boolean): boolean {
    if (video && this.video) return this.picture(nowMs) !== null;
    return this.audio?.heard ?? false;
  }

  /** Frees the last picture; the sources are closed by the code that opened them. */
  close(): void {
    this.hide();
  }
}
