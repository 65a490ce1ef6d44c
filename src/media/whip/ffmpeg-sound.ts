import { AacEncoder } from '../ffmpeg/aac-encoder';
import { OpusDecoder } from '../ffmpeg/opus-decoder';
import type { SoundCodecs } from './sound-track';

/** bit/s */
const AUDIO_BITRATE = 128_000;

/** FFmpeg's codecs, in this process. Apart from the rest, so that only who asks for them loads FFmpeg. */
export const ffmpegSound: SoundCodecs = {
  createDecoder: () => new OpusDecoder(),
  createEncoder: () => new AacEncoder(AUDIO_BITRATE),
};
