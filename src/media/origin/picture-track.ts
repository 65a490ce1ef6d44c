import { blackPicture, type BlackPicture } from '../codec/h264/black-picture';
import { pictureInfoOf } from '../codec/h264/h264';
import type { VideoUnit } from '../stream';

/** From one black picture to the next, and from one keyframe to the next, ms. */
const PICTURE_MS = 40;
const KEYFRAME_MS = 2000;
/** Where the sound paused, pictures are made up for so long at most, ms. */
const MAX_FILL_MS = 5000;
/** Pixels of the longer side at most: a larger one is no blacker. */
const MAX_SIDE = 640;
const MIN_SIDE = 16;

/**
 * The pictures that go out beside the sound. Players that were told of pictures stand still at their end, so they never
 * end: a source without pictures goes out with black ones, in the shape of those before. Where nobody was told of any,
 * there are none.
 */
export class PictureTrack {
  private black: BlackPicture | null = null;
  private hasPictures = false;
  /** When the next one is due, and since when its GOP goes, ms. */
  private nextMs = 0;
  private keyframeMs = 0;
  private index = 0;

  /** Does the source have none? */
  get areMissing(): boolean {
    return !this.hasPictures;
  }

  /**
   * What is announced for a source without pictures.
   * @param current AVCDecoderConfigurationRecord of the channel; null: there was none
   */
  blackConfig(current: Buffer | null): Buffer | null {
    if (!current || this.black?.config.equals(current)) return current;
    const { width, height } = pictureInfoOf(current) ?? { width: 640, height: 360 };
    const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
    const scaled = (side: number) => Math.max(MIN_SIDE, 2 * Math.round((side * scale) / 2));
    this.black = blackPicture(scaled(width), scaled(height));
    return this.black.config;
  }

  /**
   * A source goes on the air.
   * @param startMs DTS of its first frame
   * @param hasPictures false: it has none, and `blackConfig` was announced
   */
  begin(startMs: number, hasPictures: boolean): void {
    this.hasPictures = hasPictures;
    this.nextMs = startMs;
    this.keyframeMs = -Infinity;
  }

  /** The black pictures that are due before a frame of sound. @param soundMs its DTS */
  blackUntil(soundMs: number): VideoUnit[] {
    const { black } = this;
    if (!black || this.hasPictures) return [];
    this.nextMs = Math.max(this.nextMs, soundMs - MAX_FILL_MS);
    const units: VideoUnit[] = [];
    for (; this.nextMs <= soundMs; this.nextMs += PICTURE_MS) units.push(this.picture(black, this.nextMs));
    return units;
  }

  private picture(black: BlackPicture, dtsMs: number): VideoUnit {
    const keyframe = dtsMs - this.keyframeMs >= KEYFRAME_MS;
    if (keyframe) [this.keyframeMs, this.index] = [dtsMs, 0];
    else this.index += 1;
    const data = keyframe ? black.keyframe : black.repeat(this.index);
    return { kind: 'video', dtsMs, ptsMs: dtsMs, keyframe, data };
  }
}
