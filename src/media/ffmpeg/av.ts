import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_LOG_ERROR,
  AV_LOG_QUIET,
  AV_SAMPLE_FMT_FLTP,
  FFmpegError,
  Frame,
  Log,
} from 'node-av';
import { AUDIO_RATE } from '../codec/audio/pcm';

/** Traps of the FFmpeg binding, kept in one place. */

Log.setLevel(AV_LOG_ERROR);

/** FFmpeg says nothing more: what it would say of a stranger's data is known by its result. */
export function silence(): void {
  Log.setLevel(AV_LOG_QUIET);
}

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

/** Stereo at 48 kHz in a frame of our own, which can be read and written here as long as it lives. */
export interface Sound {
  frame: Frame;
  left: Float32Array;
  right: Float32Array;
}

/** @param samples of each channel. The caller frees the frame. */
export function allocateSound(samples: number): Sound {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.nbSamples = samples;
  frame.sampleRate = AUDIO_RATE;
  frame.channelLayout = STEREO;
  check(frame.getBuffer(0), 'a buffer for sound');
  const [left, right] = frame.data!.map((plane) => new Float32Array(plane.buffer, plane.byteOffset, samples));
  return { frame, left: left!, right: right! };
}
