/** Sizes and rates of a mix that hosts choose from. */
import type { MixOutput } from '../../contracts';

export type Picture = Pick<MixOutput, 'width' | 'height' | 'videoBitrate'>;
const SIZES: readonly Picture[] = [
  { width: 1920, height: 1080, videoBitrate: 4_000_000 },
  { width: 1280, height: 720, videoBitrate: 2_500_000 },
  { width: 1280, height: 720, videoBitrate: 1_500_000 },
  { width: 640, height: 360, videoBitrate: 800_000 },
  { width: 480, height: 270, videoBitrate: 400_000 },
];

export function isUpright({ width, height }: Pick<Picture, 'width' | 'height'>): boolean {
  return height > width;
}

/** Width and height change places. */
export function turned<T extends Pick<Picture, 'width' | 'height'>>(picture: T): T {
  return { ...picture, width: picture.height, height: picture.width };
}

/** An option's value, and its text for people: numbers and units only. */
export const keyOf = ({ width, height, videoBitrate }: Picture) => `${width}x${height} ${videoBitrate}`;
export const labelOf = ({ width, height, videoBitrate }: Picture) =>
  `${width}×${height} · ${videoBitrate / 1_000_000} Mb/s`;

/** As upright as the mix is. What it has now is always among them. */
export function sizesFor(output: Picture): Picture[] {
  const sizes = SIZES.map((size) => (isUpright(output) ? turned(size) : size));
  const { width, height, videoBitrate } = output;
  const known = sizes.some((size) => keyOf(size) === keyOf(output));
  return known ? sizes : [{ width, height, videoBitrate }, ...sizes];
}
