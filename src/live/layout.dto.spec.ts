import type { CustomRect, EncoderPreset, Layout, MixOutput } from '../contracts';
import { validationPipe } from '../platform/common';
import { CHANNEL_DEFAULTS, MAX_SEATS } from './channel-defaults';
import { ChannelPatchDto } from './channel.dto';

const pipe = validationPipe();
const check = (patch: object): Promise<unknown> =>
  pipe.transform(patch, { type: 'body', metatype: ChannelPatchDto });
const grid = CHANNEL_DEFAULTS.layout;
const rect: CustomRect = { seat: 0, x: 0, y: 0, width: 0.5, height: 1, z: 0, fit: 'crop' };
const mark = (set: object) => {
  const image = '3f0c9a7e-5d21-4b8f-a1c6-0e9d7b6a5c43';
  return { layout: { ...grid, watermark: { image, x: 0, y: 0, width: 0.2, opacity: 1, ...set } } };
};
const custom = (...rects: object[]) => ({ layout: { ...grid, kind: 'custom', rects } });

describe('a layout that a client sends', () => {
  it('may be the default one, and any kind', async () => {
    await expect(check(CHANNEL_DEFAULTS)).resolves.toMatchObject(CHANNEL_DEFAULTS);
    for (const kind of ['floating', 'side-by-side', 'speaker', 'screen']) {
      await expect(check({ layout: { ...grid, kind, names: true } })).resolves.toBeDefined();
    }
  });

  it('may give its tiles a border, round corners and marks', async () => {
    const look = { border: { width: 0.006, colour: '#ffd24a' }, radius: 0.03, muteMarks: true };
    await expect(check({ layout: { ...grid, ...look } })).resolves.toMatchObject({ layout: look });
  });

  it('may have rectangles up to the canvas’ edge, thirds included', async () => {
    const thirds = [0, 1, 2].map((seat) => ({ ...rect, seat, x: seat / 3, width: 1 / 3 }));
    await expect(check(custom(...thirds))).resolves.toBeDefined();
  });

  it('may show camera and screen of a seat', async () => {
    const rects = [
      { ...rect, source: 'screen' },
      { ...rect, source: 'camera', x: 0.5 },
      { ...rect, seat: 1 },
    ];
    await expect(check(custom(...rects))).resolves.toMatchObject(custom(...rects));
  });

  it('may show every seat that a channel can have', async () => {
    const rects = Array.from({ length: MAX_SEATS }, (_, seat) => ({ ...rect, seat }));
    await expect(check(custom(...rects))).resolves.toBeDefined();
  });

  it('may name pictures, in any case', async () => {
    const image = '3F0C9A7E-5D21-4B8F-A1C6-0E9D7B6A5C43';
    const watermark = { image, x: 0.8, y: 0, width: 0.2, opacity: 0.5 };
    await expect(check({ layout: { ...grid, backgroundImage: image, watermark } })).resolves.toMatchObject({
      layout: { backgroundImage: image.toLowerCase(), watermark: { image: image.toLowerCase() } },
    });
  });

  it.each<[string, object, RegExp]>([
    ['with a picture by address', { layout: { ...grid, backgroundImage: 'http://a/b.png' } }, /UUID/],
    ['with a watermark beyond the right edge', mark({ x: 0.9 }), /x \+ width/],
    ['with a watermark that is more than opaque', mark({ opacity: 1.1 }), /opacity/],
    ['with a watermark without a picture', mark({ image: undefined }), /image/],
    ['of an unknown kind', { layout: { ...grid, kind: 'mosaic' } }, /kind/],
    ['with a colour by name', { layout: { ...grid, background: 'black' } }, /#rrggbb/],
    ['custom without rectangles', { layout: { ...grid, kind: 'custom' } }, /rects/],
    ['grid with rectangles', { layout: { ...grid, rects: [rect] } }, /belong to the layout custom only/],
    ['with a rectangle beyond the right edge', custom({ ...rect, x: 0.6 }), /x \+ width/],
    ['with a rectangle beyond the lower edge', custom({ ...rect, y: 0.1 }), /y \+ height/],
    ['with a seat twice', custom(rect, { ...rect, x: 0.5 }), /every seat once/],
    [
      'with a seat’s screen twice',
      custom({ ...rect, source: 'screen' }, { ...rect, source: 'screen' }),
      /once/,
    ],
    ['with a screen that is shown already', custom(rect, { ...rect, source: 'screen' }), /once/],
    ['with a source of its own', custom({ ...rect, source: 'microphone' }), /source/],
    ['with a seat that no channel has', custom({ ...rect, seat: MAX_SEATS }), /seat/],
    ['with something unknown', { layout: { ...grid, shadow: 3 } as Layout }, /shadow/],
    ['with a border that is no border', { layout: { ...grid, border: 3 } }, /border/],
    [
      'with half a canvas of border',
      { layout: { ...grid, border: { width: 0.5, colour: '#ffffff' } } },
      /width/,
    ],
    [
      'with a border of no colour',
      { layout: { ...grid, border: { width: 0.01, colour: 'red' } } },
      /#rrggbb/,
    ],
    ['with more than round corners', { layout: { ...grid, radius: 0.6 } }, /radius/],
    ['with marks that may or may not be', { layout: { ...grid, muteMarks: 'yes' } }, /muteMarks/],
    ['null', { layout: null }, /layout/],
  ])('is refused: %s', async (_, patch, reason) => {
    await expect(check(patch)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(reason) as string,
    });
  });
});

describe('an output that a client sends', () => {
  it.each<[string, Partial<MixOutput>]>([
    ['odd width', { width: 1279 }],
    ['no height', { height: 0 }],
    ['more than 60 fps', { fps: 61 }],
    ['a fraction', { fps: 29.97 }],
    ['too few bits', { videoBitrate: 99_999 }],
    ['a picture that may or may not be', { video: 'no' as unknown as boolean }],
    ['a preset that nobody could pay for', { preset: 'placebo' as EncoderPreset }],
  ])('is refused: %s', async (_, change) => {
    const output = { ...CHANNEL_DEFAULTS.output, ...change };
    await expect(check({ output })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
