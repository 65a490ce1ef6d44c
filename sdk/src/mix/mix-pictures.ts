/** The pictures of a layout, as files from the API and then ready to be drawn. */

/** @param id of an image of the channel */
export type PictureLoader = (id: string) => Promise<Blob>;

/** Larger ones are made smaller once, so that drawing them for each frame costs little: longer side, pixels. */
const MAX_SIDE = 1920;

export class MixPictures {
  /** null: being loaded, or it can't be had; it is left out of the mix. */
  private readonly kept = new Map<string, ImageBitmap | null>();

  constructor(private readonly load: PictureLoader) {}

  /** Loads these, and forgets all others. */
  want(ids: readonly (string | undefined)[]): void {
    for (const id of [...this.kept.keys()]) if (!ids.includes(id)) this.drop(id);
    for (const id of ids) if (id !== undefined && !this.kept.has(id)) void this.fetch(id);
  }

  get(id: string | undefined): ImageBitmap | null {
    return (id !== undefined && this.kept.get(id)) || null;
  }

  close(): void {
    this.want([]);
  }

  private async fetch(id: string): Promise<void> {
    this.kept.set(id, null);
    const picture = await this.load(id)
      .then(bounded)
      .catch(() => null);
    if (picture && this.kept.get(id) === null) this.kept.set(id, picture);
    else picture?.close();
  }

  private drop(id: string): void {
    this.kept.get(id)?.close();
    this.kept.delete(id);
  }
}

async function bounded(file: Blob): Promise<ImageBitmap> {
  const picture = await createImageBitmap(file);
  const scale = MAX_SIDE / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const size = {
    resizeWidth: Math.max(1, Math.round(picture.width * scale)),
    resizeQuality: 'high',
  } as const;
  const smaller = await createImageBitmap(picture, size);
  picture.close();
  return smaller;
}
