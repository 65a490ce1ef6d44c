import type { AudioInput } from './audio-input';
import { PictureInput } from './picture-input';

/** A camera's picture older than this gives way to the placeholder, ms. */
const STALLED_AFTER_MS = 2000;

/** What is on hand from one user. */
export class UserInputs {
  audio: AudioInput | null = null;
  readonly camera = new PictureInput(STALLED_AFTER_MS);
  /** Where nothing moves, little is sent: the picture stays until the screen is no longer shared. */
  readonly screen = new PictureInput(Infinity);

  /** Whether they have delivered: a picture where there is a camera, else sound. */
  delivered(nowMs: number, video: boolean): boolean {
    if (video && this.camera.video) return this.camera.picture(nowMs) !== null;
    return this.audio?.heard ?? false;
  }

  /** Frees the last pictures; the sources are closed by the code that opened them. */
  close(): void {
    this.camera.hide();
    this.screen.hide();
  }
}
