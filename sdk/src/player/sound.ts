import { type Readable, Value } from '../util/value';

/** Plays an element with sound, or without where the browser allows none before the first click. */
export class Sound {
  readonly muted: Readable<boolean>;
  private readonly silent: Value<boolean>;

  /** @param onRefused the browser doesn't let it play at all before the viewer says so */
  constructor(
    private readonly video: HTMLVideoElement,
    muted: boolean,
    private readonly onRefused: () => void,
  ) {
    this.muted = this.silent = new Value(muted);
    video.muted = muted;
  }

  /** The viewer has used controls that the browser shows. */
  follow(): void {
    this.silent.value = this.video.muted;
  }

  set(muted: boolean): void {
    this.silent.value = muted;
    this.video.muted = muted;
  }

  async play(): Promise<void> {
    this.video.muted = this.silent.value;
    if (await this.begins()) return;
    if (!this.video.muted) {
      this.set(true);
      if (await this.begins()) return;
    }
    this.onRefused();
  }

  /** @returns false: the browser doesn't allow it; what else goes wrong the stream's end tells */
  private async begins(): Promise<boolean> {
    try {
      await this.video.play();
      return true;
    } catch (error) {
      return !(error instanceof DOMException && error.name === 'NotAllowedError');
    }
  }
}
