import {
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_YUV420P,
  type AVPixelFormat,
  FF_ENCODER_H264_NVENC,
  FF_ENCODER_H264_VAAPI,
  FF_ENCODER_LIBX264,
  type FFEncoderCodec,
} from 'node-av';
import type { MixOutput } from '../../contracts';
import type { EncoderKind } from '../contract';

/** How FFmpeg is told to encode H.264 with one picture in and one out, and keyframes only where they are asked for. */
interface Recipe {
  codec: FFEncoderCodec;
  /** Of the pictures that the encoder takes. */
  format: AVPixelFormat;
  options: (output: MixOutput) => Record<string, string>;
}

export const RECIPES: Record<EncoderKind, Recipe> = {
  x264: {
    codec: FF_ENCODER_LIBX264,
    format: AV_PIX_FMT_YUV420P,
    options: ({ preset = 'veryfast', gop }) => ({
      preset,
      tune: 'zerolatency',
      'forced-idr': '1',
      // Keyframes come where they are expected; a change of layout must not cost one.
      'x264-params': `scenecut=0:keyint=${gop}:min-keyint=1`,
    }),
  },
  nvenc: {
    codec: FF_ENCODER_H264_NVENC,
    format: AV_PIX_FMT_YUV420P,
    options: () => ({
      ...{ preset: 'p4', tune: 'ull', rc: 'cbr' },
      ...{ delay: '0', zerolatency: '1', 'no-scenecut': '1', 'forced-idr': '1' },
    }),
  },
  vaapi: {
    codec: FF_ENCODER_H264_VAAPI,
    format: AV_PIX_FMT_VAAPI,
    options: () => ({ async_depth: '1' }),
  },
};
