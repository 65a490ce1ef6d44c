import { listenTo } from '../util/listen';
import { Scope } from '../util/scope';

/** Whether the viewer has paused the picture, or has its page out of sight. */
export class Attention {
  private paused = false;
  private readonly scope = new Scope();

  constructor(
    private readonly video: HTMLVideoElement,
    /** Does an engine play it? Without one a pause is not the viewer's. */
    private readonly isRunning: () => boolean,
    private readonly onChange: () => void,
  ) {
    this.scope.hold(
      listenTo(video, 'pause', () => {
        if (this.isRunning() && video.paused && !video.ended) this.set(true);
      }),
    );
    this.scope.hold(listenTo(video, 'play', () => this.set(false)));
    const { document } = globalThis;
    if (document) this.scope.hold(listenTo(document, 'visibilitychange', onChange));
  }

  get isPaused(): boolean {
    return this.paused;
  }

  get isHidden(): boolean {
    return globalThis.document?.hidden ?? false;
  }

  /** The browser doesn't let it play before the viewer says so. */
  refused(): void {
    this.set(this.video.paused);
  }

  /** It is about to be played, whatever was before. */
  reset(): void {
    this.set(false);
  }

  close(): void {
    this.scope.end();
  }

  private set(paused: boolean): void {
    if (this.paused === paused) return;
    this.paused = paused;
    this.onChange();
  }
}
