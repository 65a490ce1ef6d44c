import { BitWriter } from '../codec/h264/bit-writer';
import { buildAvcDecoderConfig, pictureInfoOf } from '../codec/h264/h264';
import { PictureTrack } from './picture-track';

/** Sides that are multiples of 16. */
function configOf(width: number, height: number): Buffer {
  const sps = new BitWriter().bits(66, 8).bits(0, 8).bits(40, 8).ue(0).ue(0).ue(2).ue(1).bits(0, 1);
  sps.ue(width / 16 - 1).ue(height / 16 - 1);
  return buildAvcDecoderConfig([sps.bits(0b11, 2).bits(0, 2).nal(0x67)], [Buffer.from([0x68, 0xce])]);
}

describe('black pictures', () => {
  it.each([
    [640, 352, 640, 352],
    [1280, 720, 640, 360],
    [1088, 1920, 362, 640],
    [64, 48, 64, 48],
    [16_384, 16, 640, 16],
  ])('after pictures of %i × %i have %i × %i pixels', (width, height, w, h) => {
    const config = configOf(width, height);
    expect(pictureInfoOf(config)).toMatchObject({ width, height });
    expect(pictureInfoOf(new PictureTrack().blackConfig(config)!)).toMatchObject({ width: w, height: h });
  });

  it('stay the same while they go out, and are none where there were none', () => {
    const track = new PictureTrack();
    const black = track.blackConfig(configOf(1280, 720));
    expect(track.blackConfig(black)).toBe(black);
    expect(new PictureTrack().blackConfig(null)).toBeNull();
  });

  it('are not made up for a whole pause of the sound', () => {
    const track = new PictureTrack();
    track.blackConfig(configOf(640, 352));
    track.begin(1000, false);
    expect(track.blackUntil(1000).map(({ keyframe, dtsMs }) => [keyframe, dtsMs])).toEqual([[true, 1000]]);
    expect(track.blackUntil(3_600_000)).toHaveLength(126);
    track.begin(3_600_020, true);
    expect(track.blackUntil(3_700_000)).toEqual([]);
  });
});
