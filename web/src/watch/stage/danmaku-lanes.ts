/** Which line a comment flies on, so that none runs into the one before. */
export interface Flight {
  /** When it begins, ms. */
  at: number;
  /** px */
  width: number;
}

/** How long a comment takes from edge to edge, ms. */
export const CROSSING_MS = 9000;
/** Between two on one line, px. */
const SPACE = 32;

/**
 * The first line that is free for it, or -1. Long ones are faster, since all take the same time for their way.
 * @param lanes the last flight of each line; undefined: none yet
 * @param frame how wide the picture is, px
 */
export function freeLane(lanes: readonly (Flight | undefined)[], next: Flight, frame: number): number {
  return lanes.findIndex((last) => !last || isClear(last, next, frame));
}

function isClear(last: Flight, next: Flight, frame: number): boolean {
  const gone = next.at - last.at;
  if (gone >= CROSSING_MS) return true;
  // The one before has come in whole …
  if ((gone / CROSSING_MS) * (frame + last.width) < last.width + SPACE) return false;
  // … and is out before this one, if it is faster, has reached the other edge.
  const reaches = CROSSING_MS * (frame / (frame + next.width + SPACE));
  return CROSSING_MS - gone <= reaches;
}
