/** How large this page shows the others, over all its places. */
import type { WantedPicture } from '../contracts';

/** While a window is being resized sizes change with every frame, ms. */
const SETTLE_MS = 200;

export class WantedPictures {
  private readonly places = new Map<string, ReadonlyMap<string, number>>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private told = '[]';

  /** @param tell what is wanted now, once it has settled */
  constructor(private readonly tell: (pictures: WantedPicture[]) => void) {}

  /** Pixels of height by user; where somebody is shown in several places the largest counts. */
  get now(): WantedPicture[] {
    const heights = new Map<string, number>();
    for (const place of this.places.values()) {
      for (const [userId, height] of place) heights.set(userId, Math.max(height, heights.get(userId) ?? 0));
    }
    return [...heights].sort().map(([userId, height]) => ({ userId, height }));
  }

  /** What one place shows, in place of what it showed before. */
  show(place: string, heights: ReadonlyMap<string, number>): void {
    if (heights.size > 0) this.places.set(place, heights);
    else this.places.delete(place);
    this.timer ??= setTimeout(() => this.settle(), SETTLE_MS);
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private settle(): void {
    this.timer = null;
    const pictures = this.now;
    const text = JSON.stringify(pictures);
    if (text === this.told) return;
    this.told = text;
    this.tell(pictures);
  }
}
