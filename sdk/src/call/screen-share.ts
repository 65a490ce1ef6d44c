import { LianmaiError } from '../errors';
import type { Platform } from '../platform';
import { type Readable, Value } from '../util/value';
import { stopMedia } from './local-media';

/** Letters stay legible at 1080p, and what moves may: a film at 30 pictures a second. */
const SCREEN: DisplayMediaStreamOptions = {
  video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 15, max: 30 } },
  audio: false,
};

/** This user's screen in the call: begun by them, ended by them, by the browser's own button, or with the call. */
export class ScreenShare {
  /** null: none is shared. */
  readonly screen: Readable<MediaStream | null>;
  private readonly shown = new Value<MediaStream | null>(null);
  /** Rises with each start and stop: the answer to an older question is of no use. */
  private turn = 0;

  /** @param send to the others; null: no longer */
  constructor(
    private readonly platform: Platform,
    private readonly send: (track: MediaStreamTrack | null) => void,
  ) {
    this.screen = this.shown;
  }

  /** Browsers of phones can't. */
  get canShare(): boolean {
    return typeof this.platform.mediaDevices?.getDisplayMedia === 'function';
  }

  /** Asks which one; nothing happens where the person chooses none. @throws LianmaiError screen_failed */
  async share(): Promise<void> {
    this.stop();
    const mine = this.turn;
    const chosen = await this.ask();
    if (mine !== this.turn) return stopMedia(chosen);
    const track = chosen?.getVideoTracks()[0];
    if (!track) return;
    track.addEventListener('ended', () => this.shown.value === chosen && this.stop());
    this.shown.value = chosen;
    this.send(track);
  }

  stop(): void {
    this.turn += 1;
    if (!this.shown.value) return;
    stopMedia(this.shown.value);
    this.shown.value = null;
    this.send(null);
  }

  /** To a connection that has just been made. */
  resend(): void {
    if (this.shown.value) this.send(this.shown.value.getVideoTracks()[0] ?? null);
  }

  /** A screen, a window or a tab; null: they chose none. */
  private async ask(): Promise<MediaStream | null> {
    try {
      const stream = await this.platform.mediaDevices!.getDisplayMedia!(SCREEN);
      // Where bits are short, fewer pictures rather than letters that can't be read (Content-Hints §2).
      for (const track of stream.getVideoTracks()) track.contentHint = 'detail';
      return stream;
    } catch (error) {
      if ((error as { name?: string } | null)?.name === 'NotAllowedError') return null;
      throw LianmaiError.local('screen_failed');
    }
  }
}
