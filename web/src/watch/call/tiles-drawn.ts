/** Whether a call is on the screen: each tile that has a picture to show has shown one. */

/** A camera that gives no picture so long after the call is there, ms, keeps nobody waiting. */
const PATIENCE_MS = 5000;

/**
 * Calls `drawn` once, in the frame in which the last of them is shown, so that what is changed there is painted with it.
 * @param tiles the elements that are waited for, asked at each frame since tiles come and go; null: not known yet
 * @returns to be called when it isn't wanted any more
 */
export function whenDrawn(
  tiles: () => readonly (HTMLVideoElement | null)[] | null,
  drawn: () => void,
): () => void {
  const shown = new WeakSet<HTMLVideoElement>();
  const asked = new WeakSet<HTMLVideoElement>();
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function finish(): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    drawn();
  }

  function check(): void {
    if (over) return;
    const all = tiles();
    if (all) timer ??= setTimeout(finish, PATIENCE_MS);
    for (const tile of all ?? []) if (tile && !asked.has(tile)) follow(tile);
    if (all?.every((tile) => tile && shown.has(tile))) finish();
  }

  function follow(tile: HTMLVideoElement): void {
    asked.add(tile);
    onNextPicture(tile, () => {
      shown.add(tile);
      check();
    });
  }

  function look(): void {
    if (over) return;
    check();
    requestAnimationFrame(look);
  }
  look();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/** Calls when the element shows its next picture. @returns to be called when it isn't wanted any more */
export function onNextPicture(video: HTMLVideoElement, shown: () => void): () => void {
  if ('requestVideoFrameCallback' in video) {
    const id = video.requestVideoFrameCallback(shown);
    return () => video.cancelVideoFrameCallback(id);
  }
  // Older Firefox: the time moves on with the pictures.
  const element: HTMLVideoElement = video;
  element.addEventListener('timeupdate', shown, { once: true });
  return () => element.removeEventListener('timeupdate', shown);
}

/** Pictures in a row that make a running player, none later than this after the one before, ms. */
const IN_A_ROW = 4;
const APART_MS = 120;

/**
 * Calls once the element moves steadily: a live stream that begins shows its first picture, and waits for the next ones.
 * @returns to be called when it isn't wanted any more
 */
export function whenMoving(video: HTMLVideoElement, moves: () => void): () => void {
  let row = 0;
  let last = -Infinity;
  let end = onNextPicture(video, shown);
  function shown(): void {
    const now = performance.now();
    row = now - last <= APART_MS ? row + 1 : 0;
    last = now;
    if (row >= IN_A_ROW) return moves();
    end = onNextPicture(video, shown);
  }
  return () => end();
}
