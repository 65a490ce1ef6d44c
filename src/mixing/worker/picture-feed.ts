import { Log } from '../../platform/common';
import type { ImagesFacade } from '../../live';
import { type MixSpec, picturesOf } from '../../media/contract';

export interface PictureFeedDeps {
  channelId: string;
  images: Pick<ImagesFacade, 'bytesOf'>;
  /** To the mixer. @param file PNG or JPEG */
  send: (id: string, file: Buffer) => void;
}

/** Hands the pictures that a spec names to one mixer, once each for as long as specs name them. */
export class PictureFeed {
  private readonly log = new Log('mixing');
  /** What the mixer has, by the rule of `picturesOf`. */
  private has: ReadonlySet<string> = new Set();

  constructor(private readonly deps: PictureFeedDeps) {}

  /** Call it before each spec. A picture that can't be had is left out of the mix, and is looked for with the next one. */
  async before(spec: Pick<MixSpec, 'layout' | 'seats'>): Promise<void> {
    const named = picturesOf(spec);
    const missing = (ids: string[]) => ids.filter((id) => !this.has.has(id));
    const files = await this.read(missing(named.images), missing(named.avatars));
    for (const [id, file] of files) this.deps.send(id, file);
    this.has = new Set(named.all.filter((id) => this.has.has(id) || files.has(id)));
  }

  private async read(images: string[], avatars: string[]): Promise<ReadonlyMap<string, Buffer>> {
    if (images.length + avatars.length === 0) return new Map();
    const { channelId } = this.deps;
    try {
      return await this.deps.images.bytesOf({ channelId, images, avatars });
    } catch (error) {
      this.log.warn({ err: error, channelId }, 'pictures of a mix could not be read');
      return new Map();
    }
  }
}
