import { barsKeyframe, seenBars } from '../../../test/support/media/colour-bars';
import { joinAnnexB, NAL, nalType, splitAnnexB } from '../codec/h264/h264';
import { silence } from './av';
import { jpegOfKeyframe } from './keyframe-picture';

/** What 8 bits in studio range and a JPEG lose, of 255. */
const TOLERANCE = 8;
const BT709 = ['-vf', 'scale=out_color_matrix=bt709', '-colorspace', 'bt709'];
const FULL = ['-vf', 'scale=out_range=pc', '-color_range', 'pc'];

describe('jpegOfKeyframe', () => {
  beforeAll(silence);

  it.each<[string, string, string[], number, number[]]>([
    ['a small picture', '1280x720', [], 320, [320, 180]],
    ['one of HD’s colours', '1280x720', BT709, 640, [640, 360]],
    ['one in full range', '640x480', FULL, 160, [160, 120]],
    ['an upright one', '360x640', [], 160, [160, 284]],
    ['one with oblong pixels', '480x480', ['-aspect', '16:9'], 320, [320, 180]],
    ['one no larger than the original', '224x128', [], 640, [224, 128]],
  ])('makes %s', async (_, original, options, width, size) => {
    const picture = await seenBars(jpegOfKeyframe(barsKeyframe(original, options), width));
    expect(picture.size).toEqual(size);
    expect(picture.off).toBeLessThanOrEqual(TOLERANCE);
  });

  it('refuses what isn’t a whole picture', () => {
    const whole = barsKeyframe('640x360');
    const nals = splitAnnexB(whole);
    const broken = [
      Buffer.alloc(0),
      Buffer.from('nonsense'),
      joinAnnexB(nals.filter((nal) => nalType(nal) !== NAL.pps)),
      whole.subarray(0, whole.length / 2),
      Buffer.concat([whole.subarray(0, 200), Buffer.alloc(whole.length - 200, 0xa5)]),
    ];
    for (const data of broken) expect(() => jpegOfKeyframe(data, 320)).toThrow();
    expect(jpegOfKeyframe(whole, 320).length).toBeGreaterThan(1000);
  });
});
