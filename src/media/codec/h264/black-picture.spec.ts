import { FfmpegVideoDecoder } from '../../ffmpeg/video-decoder';
import { blackPicture } from './black-picture';
import { avccToAnnexB, joinAnnexB, parseAvcDecoderConfig, pictureInfoOf } from './h264';

describe('a black picture', () => {
  it('is a small one', () => expect(() => blackPicture(1280, 720)).toThrow(RangeError));

  it.each([
    [16, 16],
    [16, 64],
    [64, 16],
    [320, 240],
    [640, 360],
    [360, 640],
    [720, 576],
  ])('of %i × %i decodes to black, and stays so', (width, height) => {
    const black = blackPicture(width, height);
    const { config, keyframe } = black;
    expect(pictureInfoOf(config)).toMatchObject({ width, height });
    const { sps, pps } = parseAvcDecoderConfig(config)!;
    const decoder = new FfmpegVideoDecoder('h264');
    const units = [
      Buffer.concat([joinAnnexB([...sps, ...pps]), avccToAnnexB(keyframe)]),
      ...[1, 2, 3].map((index) => avccToAnnexB(black.repeat(index))),
    ];
    const decoded = units.flatMap((unit, ticks) => decoder.decode(unit, ticks));
    expect(decoded).toHaveLength(4);
    for (const { picture } of decoded) {
      const { frame } = picture;
      expect([frame.width, frame.height]).toEqual([width, height]);
      const planes = frame.data!;
      for (const [index, plane] of planes.slice(0, 3).entries()) {
        const [w, h] = index === 0 ? [width, height] : [width / 2, height / 2];
        const rows = Array.from({ length: h }, (_, y) =>
          plane.subarray(y * frame.linesize[index]!, y * frame.linesize[index]! + w),
        );
        const odd = rows.some((row) => row.some((sample) => sample !== (index === 0 ? 16 : 128)));
        expect({ index, odd }).toEqual({ index, odd: false });
      }
      picture.free();
    }
    decoder.close();
  });
});
