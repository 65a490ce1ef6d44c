import { type Canvas, createCanvas, type Image, loadImage } from '@napi-rs/canvas';
import type { MediaLogger } from '../../contract';

/** What is kept of drawn pictures, each of one size: more than a mix shows in two layouts. */
const MAX_DRAWN = 48;

/** Decoded pictures that are kept, for other sizes than the one that they were drawn in: some 8 MB each at most. */
const MAX_DECODED = 4;
/** Of those; more than a mix is large, pixels. */
const MAX_SIDE = 1920;

/** A decoded picture. */
export type Decoded = Image | Canvas;

interface Drawn {
  /** Of the picture. */
  id: string;
  /** null: it can't be decoded. */
  value: unknown;
}

export interface ImagesDeps {
  logger: MediaLogger;
  /** Something that was asked for is there now. */
  onReady: () => void;
}

/**
 * The pictures that a mix was handed, as files, and what was drawn of them, once for each place and size. They are decoded
 * beside the mix, one at a time. What can't be had or decoded is left out.
 */
export class Images {
  private readonly files = new Map<string, Buffer>();
  /** By picture and use, in the order of their last use. */
  private readonly drawn = new Map<string, Drawn>();
  /** By picture, in the order of their last use: an output that changes its size has them at once. */
  private readonly decoded = new Map<string, Decoded>();
  private readonly awaited = new Set<string>();
  /** What the newest layout asked for. */
  private asked = new Set<string>();
  private readonly complained = new Set<string>();
  private turn = Promise.resolve();
  private closed = false;

  constructor(private readonly deps: ImagesDeps) {}

  /** @param file PNG or JPEG */
  put(id: string, file: Buffer): void {
    this.files.set(id, file);
    this.decoded.delete(id);
    this.complained.delete(id);
  }

  /** Forgets all others. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of [...this.files.keys()]) if (!ids.has(id)) this.files.delete(id);
    for (const id of [...this.decoded.keys()]) if (!ids.has(id)) this.decoded.delete(id);
    for (const [key, { id }] of [...this.drawn]) if (!ids.has(id)) this.drawn.delete(key);
    this.complained.clear();
  }

  /** Another layout asks from now on: what only the one before asked for, and still waits, is not decoded. */
  askAnew(): void {
    this.asked = new Set();
  }

  /**
   * What `draw` made of a picture; the same each time.
   * @param use names what `draw` does
   * @returns null: not yet, or never
   */
  get<T>(id: string, use: string, draw: (image: Decoded) => T): T | null {
    const key = `${id} ${use}`;
    this.asked.add(key);
    const known = this.drawn.get(key);
    if (known) return this.keep(key, known).value as T | null;
    const decoded = this.decoded.get(id);
    if (decoded) return this.keep(key, { id, value: draw(this.remember(id, decoded)) }).value as T;
    const file = this.files.get(id);
    if (!file) this.complain(id, 'the mix has no such picture');
    else if (!this.awaited.has(key)) this.decode(id, key, file, draw);
    return null;
  }

  /** How many are being decoded, or wait for that. */
  get pending(): number {
    return this.awaited.size;
  }

  /** Resolves when nothing waits to be decoded any more. */
  get settled(): Promise<void> {
    return this.turn;
  }

  close(): void {
    this.closed = true;
    this.retain(new Set());
  }

  private decode(id: string, key: string, file: Buffer, draw: (image: Decoded) => unknown): void {
    this.awaited.add(key);
    this.turn = this.turn.then(async () => {
      let value: unknown = null;
      // In the meantime another picture may be wanted.
      const isWanted = this.asked.has(key) && this.files.get(id) === file;
      try {
        if (isWanted) value = draw(await this.load(id, file));
      } catch (error) {
        this.complain(id, (error as Error).message);
      }
      this.awaited.delete(key);
      if (!isWanted || this.closed || this.files.get(id) !== file) return;
      this.keep(key, { id, value });
      this.deps.onReady();
    });
  }

  /** As the last to be forgotten: what is shown stays, or the layout would ask for it over and over. */
  private keep(key: string, drawn: Drawn): Drawn {
    this.drawn.delete(key);
    const [oldest] = this.drawn.keys();
    if (this.drawn.size >= MAX_DRAWN && oldest !== undefined) this.drawn.delete(oldest);
    this.drawn.set(key, drawn);
    return drawn;
  }

  private async load(id: string, file: Buffer): Promise<Decoded> {
    const decoded = bounded(await loadImage(file));
    if (this.files.get(id) === file) this.remember(id, decoded);
    return decoded;
  }

  private remember(id: string, decoded: Decoded): Decoded {
    this.decoded.delete(id);
    const [oldest] = this.decoded.keys();
    if (this.decoded.size >= MAX_DECODED && oldest !== undefined) this.decoded.delete(oldest);
    this.decoded.set(id, decoded);
    return decoded;
  }

  private complain(imageId: string, reason: string): void {
    if (this.closed || this.complained.has(imageId)) return;
    this.complained.add(imageId);
    this.deps.logger.warn({ imageId, reason }, 'a picture is left out of the mix');
  }
}

/** No larger than it is of use. */
function bounded(image: Image): Decoded {
  const scale = MAX_SIDE / Math.max(image.width, image.height);
  if (scale >= 1) return image;
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = createCanvas(width!, height!);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width!, height!);
  return canvas;
}
