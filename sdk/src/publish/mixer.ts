import type { CoHostMixView, MixOutput, WantedPicture } from '../contracts';

/** A mix of what the members of a co-hosting send, as one stream: `canvasMix` of `@lianmai/client/mix` in browsers. */
export interface Mixer {
  /** One sound track, and one picture unless the mix is sound only. The same from beginning to end. */
  readonly stream: MediaStream;
  /** How high the members' pictures are shown, pixels: they come in no larger size. */
  readonly pictures: readonly WantedPicture[];
  /**
   * @param scene who sits where, and how loud
   * @param streams what each member sends, by user; the tracks are the caller's
   * @param screens beside that
   */
  show(
    scene: CoHostMixView,
    streams: ReadonlyMap<string, MediaStream>,
    screens: ReadonlyMap<string, MediaStream>,
  ): void;
  /** Another size and rate in the same tracks; `show` is called afterwards. */
  reshape(output: MixOutput): void;
  close(): void;
}

/**
 * @param output size in pixels, rate, whether there is a picture at all
 * @param loadImage gets a picture that a layout names, by its id
 */
export type MakeMixer = (output: MixOutput, loadImage: (id: string) => Promise<Blob>) => Mixer;
