/** Pictures that carry their number, so that whoever sees one can say when it was sent. */
import { spawnSync } from 'node:child_process';
import { ffmpegPath } from '../../test/support/media/ffmpeg';

/** Bits of a number: at 25 fps they begin again after 10 s. */
const BITS = 8;
/** Of a bit, white or black, pixels. */
const SIDE = 24;
export const NUMBERS = 1 << BITS;

/** Where the bits of a number are in a picture, lowest first, pixels; even for even sizes. */
export function bitAreas(
  width: number,
  height: number,
): { x: number; y: number; width: number; height: number }[] {
  return Array.from({ length: BITS }, (_, bit) => ({
    x: width / 2 + (bit - BITS / 2) * SIDE,
    y: (height - SIDE) / 2,
    ...{ width: SIDE, height: SIDE },
  }));
}

/** ffmpeg's filters that write each picture's number, modulo NUMBERS, into its middle; lowest bit first. */
export function numberFilter(): string {
  const place = `y=(ih-${SIDE})/2:h=${SIDE}:t=fill`;
  const left = (bit: number) => `x=iw/2+${(bit - BITS / 2) * SIDE}`;
  const ground = `drawbox=${left(0)}:w=${BITS * SIDE}:${place}:color=black`;
  const bits = Array.from({ length: BITS }, (_, bit) => {
    const isSet = `gte(mod(floor(n/${1 << bit})\\,2)\\,1)`;
    return `drawbox=${left(bit)}:w=${SIDE}:${place}:color=white:enable='${isSet}'`;
  });
  return [ground, ...bits].join(',');
}

/**
 * The numbers in a stream's pictures, in order.
 * @param centre of the tile in which they are, pixels
 * @param scale of the tile against what was sent
 */
export function readNumbers(flv: Buffer, centre: { x: number; y: number }, scale: number): number[] {
  const [width, height] = [BITS * SIDE * scale, SIDE * scale];
  const crop = `crop=${width}:${height}:${centre.x - width / 2}:${centre.y - height / 2}`;
  const { stdout } = spawnSync(
    ffmpegPath(),
    [
      ...['-v', 'error', '-i', 'pipe:0', '-map', '0:v', '-vsync', 'passthrough'],
      ...['-vf', `${crop},scale=${BITS}:1:flags=area,format=gray`, '-f', 'rawvideo', 'pipe:1'],
    ],
    { input: flv, maxBuffer: 1 << 24 },
  );
  return Array.from({ length: stdout.length / BITS }, (_, picture) => {
    const bits = stdout.subarray(picture * BITS, (picture + 1) * BITS);
    return bits.reduce((number, luma, bit) => number | (luma > 128 ? 1 << bit : 0), 0);
  });
}
