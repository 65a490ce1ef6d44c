/** A picture on the screen. */
export interface Picture {
  /** When it is displayed, ms on the clock of performance.now(). */
  atMs: number;
  /** Where it is in the stream, ms. */
  mediaMs: number;
  /** How many the element has displayed, this one included; null: it can't tell. */
  shown: number | null;
}

/**
 * Calls with each displayed picture that the page is told of (requestVideoFrameCallback). A hidden page is told of none,
 * and a busy one not of all. Where browsers lack it (Firefox before 132), with each change of the position instead, as
 * the display is drawn.
 * @returns to be called when it is enough
 */
export function watchPictures(video: HTMLVideoElement, onPicture: (picture: Picture) => void): () => void {
  return 'requestVideoFrameCallback' in video
    ? watchFrames(video, onPicture)
    : watchPosition(video, onPicture);
}

function watchFrames(video: HTMLVideoElement, onPicture: (picture: Picture) => void): () => void {
  const ask = () => video.requestVideoFrameCallback(onFrame);
  const onFrame = (_: number, frame: VideoFrameCallbackMetadata) => {
    handle = ask();
    const { expectedDisplayTime: atMs, mediaTime, presentedFrames: shown } = frame;
    onPicture({ atMs, mediaMs: mediaTime * 1000, shown });
  };
  let handle = ask();
  return () => video.cancelVideoFrameCallback(handle);
}

function watchPosition(video: HTMLVideoElement, onPicture: (picture: Picture) => void): () => void {
  let last = video.currentTime;
  const onDraw = (atMs: number) => {
    handle = requestAnimationFrame(onDraw);
    const { currentTime } = video;
    if (currentTime === last) return;
    last = currentTime;
    onPicture({ atMs, mediaMs: currentTime * 1000, shown: null });
  };
  let handle = requestAnimationFrame(onDraw);
  return () => cancelAnimationFrame(handle);
}

/**
 * For how long one picture stood still at most between two that the page was told of, ms. Those between, of which a busy
 * page was not told, were displayed too: the time that the stream itself went on meanwhile was theirs.
 */
export function standstill(before: Picture, after: Picture): number {
  const span = Math.max(0, after.atMs - before.atMs);
  const shown = before.shown === null || after.shown === null ? 1 : after.shown - before.shown;
  if (shown <= 1) return span;
  const moved = Math.min(Math.max(after.mediaMs - before.mediaMs, 0), span);
  return span - moved + moved / shown;
}
