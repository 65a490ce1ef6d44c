import { AV_CHANNEL_ORDER_NATIVE, AV_LOG_ERROR, FFmpegError, Log } from 'node-av';

/** Traps of the FFmpeg binding, kept in one place. */

Log.setLevel(AV_LOG_ERROR);

export const STEREO = { nbChannels: 2, order: AV_CHANNEL_ORDER_NATIVE, mask: 3n };

/** @throws Error with FFmpeg's message when `code` is negative */
export function check(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${new FFmpegError(code).message}`);
}

/**
 * Sets options one by one: a `Dictionary` given to `open2Sync` is freed twice and takes the process down at its end.
 */
export function setOptions(
  target: { setOption(name: string, value: string): number },
  options: Record<string, string>,
): void {
  for (const [name, value] of Object.entries(options)) check(target.setOption(name, value), `option ${name}`);
}

/** A plane of float samples as numbers, without a copy. */
export function floats(plane: Buffer, samples: number): Float32Array {
  return new Float32Array(plane.buffer, plane.byteOffset, samples);
}
