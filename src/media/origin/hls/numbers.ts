/** Parts that a second may have on average, so that no number is used twice. */
const PARTS_PER_SECOND = 8;

/**
 * Numbers of segments and parts. They go on where packing pauses; a channel that is opened anew begins at the wall
 * clock, which is above all that went before: names are never used again, and caches may keep what they have.
 */
export class Numbers {
  private segment: number;
  private nextPart: number;

  /** @param nowMs wall clock, ms since 1970 */
  constructor(nowMs: number) {
    this.segment = Math.floor(nowMs / 1000);
    this.nextPart = this.segment * PARTS_PER_SECOND;
  }

  /** Of the part that comes next. */
  get part(): number {
    return this.nextPart;
  }

  takePart(): number {
    return this.nextPart++;
  }

  takeSegment(): number {
    return this.segment++;
  }
}
