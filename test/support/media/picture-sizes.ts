import { FLV_VIDEO, FlvReader, parseFlvVideo } from '../../../src/media/codec/flv/flv';
import { parseAvcDecoderConfig, parseSps } from '../../../src/media/codec/h264/h264';

/** Sizes (pixels) and rates (frames/s; 0: not said) by the headers of captured FLV bytes, in order. */
export function pictureSizes(flv: Buffer): { width: number; height: number; fps: number }[] {
  return new FlvReader().push(flv).flatMap(({ type, body }) => {
    const video = type === FLV_VIDEO ? parseFlvVideo(body) : null;
    const sps = video?.kind === 'config' ? parseAvcDecoderConfig(video.config)?.sps[0] : undefined;
    const info = sps ? parseSps(sps) : null;
    return info ? [{ width: info.width, height: info.height, fps: info.fps }] : [];
  });
}
