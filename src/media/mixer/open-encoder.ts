import type { MixOutput } from '../../contracts';
import type { EncoderKind, MediaLogger } from '../contract';
import { H264Encoder } from '../ffmpeg/h264-encoder';

export type OpenEncoder = (output: MixOutput) => H264Encoder;

/** Opens encoders of this kind, and x264 where that can't be had any more: a card has only so many sessions. */
export function encoderOpener(kind: EncoderKind, logger: MediaLogger): OpenEncoder {
  return (output) => {
    if (kind === 'x264') return new H264Encoder(output);
    try {
      return new H264Encoder(output, kind);
    } catch (error) {
      logger.warn({ encoder: kind, detail: (error as Error).message }, 'x264 encodes the mix instead');
      return new H264Encoder(output);
    }
  };
}
