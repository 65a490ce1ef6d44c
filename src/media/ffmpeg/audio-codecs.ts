import { AacEncoder } from './aac-encoder';
import { OpusDecoder } from './opus-decoder';

/** bit/s */
const AUDIO_BITRATE = 128_000;

/** FFmpeg's codecs for a publisher's sound, in this process. A file of its own: importing it loads FFmpeg. */
export const ffmpegAudio = {
  createDecoder: () => new OpusDecoder(),
  createEncoder: () => new AacEncoder(AUDIO_BITRATE),
};
