import type { MixOutput } from '../../contracts';
import type { EncoderKind } from '../contract';
import { H264Encoder } from './h264-encoder';
import { Picture } from './picture';

const PICTURES = 5;
const OUTPUT: MixOutput = {
  ...{ width: 640, height: 360, fps: 25, gop: 50 },
  ...{ videoBitrate: 800_000, audioBitrate: 64_000 },
};

/**
 * Encodes a few pictures as a mix would.
 * @returns what is wrong with this encoder on this machine; null where it can be used
 */
export function probeEncoder(kind: EncoderKind): string | null {
  try {
    return encodeSome(kind);
  } catch (error) {
    return (error as Error).message;
  }
}

function encodeSome(kind: EncoderKind): string | null {
  const encoder = new H264Encoder(OUTPUT, kind);
  const picture = new Picture(OUTPUT.width, OUTPUT.height);
  try {
    for (let index = 0; index < PICTURES; index++) {
      const isDue = index === PICTURES - 2;
      const encoded = encoder.encode(picture.frame, index, isDue);
      if (!encoded) return 'it holds pictures back';
      if (encoded.keyframe !== (isDue || index === 0)) return 'keyframes come where none is asked for';
    }
    return null;
  } finally {
    encoder.close();
    picture.close();
  }
}
