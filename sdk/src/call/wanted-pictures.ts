/** How large this page shows the others, over all its places. */
import { highest } from '../../../src/shared/picture-height';
import { pictureKey } from '../../../src/shared/picture-key';
import type { WantedPicture } from '../contracts';

/** While a window is being resized sizes change with every frame, ms. */
const SETTLE_MS = 200;

export class WantedPictures {
  private readonly places = new Map<string, readonly WantedPicture[]>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private told = '[]';

  /** @param tell what is wanted now, once it has settled */
  constructor(private readonly tell: (pictures: WantedPicture[]) => void) {}

  /** Where a picture is shown in several places the largest counts. */
  get now(): WantedPicture[] {
    const all = highest([...this.places.values()].flat());
    return all.sort((a, b) => (pictureKey(a) < pictureKey(b) ? -1 : 1));
  }

  /** What one place shows, in place of what it showed before. */
  show(place: string, pictures: readonly WantedPicture[]): void {
    if (pictures.length > 0) this.places.set(place, pictures);
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
