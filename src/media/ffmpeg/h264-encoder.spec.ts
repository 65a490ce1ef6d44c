import type { EncoderPreset, MixOutput } from '../../contracts';
import { pictureInfoOf } from '../codec/h264/h264';
import { Picture } from './picture';
import { H264Encoder } from './h264-encoder';

const OUTPUT: MixOutput = {
  ...{ width: 320, height: 240, fps: 25, gop: 25 },
  ...{ videoBitrate: 400_000, audioBitrate: 64_000 },
};

/** Noise, the same each time. */
function encode(output: MixOutput): Buffer {
  const encoder = new H264Encoder(output);
  const picture = new Picture(output.width, output.height);
  let value = 1;
  const frames = Array.from({ length: 5 }, (_, index) => {
    for (const plane of picture.planes)
      for (let at = 0; at < plane.length; at++) plane[at] = value = (value * 75) % 65_537;
    return encoder.encode(picture.frame, index, false)!.data;
  });
  encoder.close();
  picture.close();
  return Buffer.concat(frames);
}

describe('H264Encoder', () => {
  it.each<[Partial<MixOutput>, number]>([
    [{ colour: 'bt601' }, 6],
    [{ colour: 'bt709' }, 1],
    [{ width: 640, height: 360 }, 6],
    [{ width: 1280, height: 720 }, 1],
    [{ width: 720, height: 1280 }, 1],
  ])('says which colours it has: %j', (change, point) => {
    const encoder = new H264Encoder({ ...OUTPUT, ...change });
    const colour = { fullRange: false, primaries: point, transfer: point, matrix: point };
    expect(pictureInfoOf(encoder.decoderConfig)?.colour).toEqual(colour);
    encoder.close();
  });

  it('tries as hard as it is told, `veryfast` where it isn’t', () => {
    const of = (preset?: EncoderPreset) => encode({ ...OUTPUT, ...(preset && { preset }) });
    const all = (['ultrafast', 'superfast', 'veryfast', 'faster', 'fast'] as const).map(of);
    expect(new Set(all.map((data) => data.toString('base64'))).size).toBe(all.length);
    expect(of().equals(all[2]!)).toBe(true);
  });
});
