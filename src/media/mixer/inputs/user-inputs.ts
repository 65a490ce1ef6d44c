import type { Frame } from '../../ffmpeg/picture';
import type { Shown } from '../mcu/compositor';
import type { AudioInput } from './audio-input';
import type { VideoInput } from './video-input';

/** A picture older than this gives way to the placeholder, ms. */
const STALLED_AFTER_MS = 2000;

/** What is on hand from one user: his sources, which come and go, and the last picture, which outlives them. */
export class Participant {
  audio: AudioInput | null = null;
  video: VideoInput<Frame> | null = null;
  private last: { shown: Shown; atMs: number } | null = null;
  private serial = 0;

  /** The picture to show at `atMs`; null: the placeholder. */
  show(atMs: number): Shown | null {
    const picture = this.video?.take(atMs);
    if (picture) {
      this.last?.shown.picture.free();
      this.last = { shown: { picture, serial: ++this.serial }, atMs };
    }
    return this.last && atMs - this.last.atMs < STALLED_AFTER_MS ? this.last.shown : null;
  }

  /** Forgets the last picture: the camera was hidden. */
  hide(): void {
    this.last?.shown.picture.free();
    this.last = null;
  }

  /** Whether what is awaited of him has come: a picture where there is a camera, else sound. */
  delivered(nowMs: number, video: boolean): boolean {
    if (video && this.video) return this.show(nowMs) !== null;
    return this.audio?.heard ?? false;
  }

  /** Drops what he left behind; his sources are closed by who opened them. */
  close(): void {
    this.hide();
  }
}
