import { createCanvas, loadImage } from '@napi-rs/canvas';
import { deflateSync } from 'node:zlib';
import { PNG_SIGNATURE, pngChunk, pngOf } from '../../../test/support/fixtures/pictures';
import { Mutator } from '../../../test/support/fuzz/mutator';
import { DomainError } from '../../platform/common';
import { checkImage } from './checked-image';
import { AVATAR_LIMITS, IMAGE_LIMITS } from './image-rules';

const small = { width: 8, height: 6 };
const png = (bytes: Buffer) => checkImage({ mediaType: 'image/png', bytes }, IMAGE_LIMITS);
const jpeg = (bytes: Buffer) => checkImage({ mediaType: 'image/jpeg', bytes }, IMAGE_LIMITS);
const drawn = (width: number, height: number) => createCanvas(width, height).encode('jpeg');
const header = (width: number, height: number, rest: number[]) => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set(rest, 8);
  return pngChunk('IHDR', data);
};
const piece = (rows: Buffer) => pngChunk('IDAT', deflateSync(rows));

describe('a picture that is sent', () => {
  it('is taken as a PNG, without what nobody needs to draw it', async () => {
    const text = pngChunk('zTXt', Buffer.from('Comment\0\0'));
    const image = await png(pngOf({ ...small, more: [text] }));
    expect(image).toMatchObject({ ...small, mediaType: 'image/png' });
    expect(image.bytes).toEqual(pngOf(small));
  });

  it('is taken as a PNG that comes in passes', async () => {
    // Adam7 of 3 × 2 pixels of 8 bits: one pixel each of passes 1, 4 and 5 …, by hand.
    const rows = Buffer.concat(
      [
        [0, 1],
        [0, 1],
        [0, 1],
        [0, 1, 1, 1],
      ].map((row) => Buffer.from(row)),
    );
    const bytes = Buffer.concat([
      PNG_SIGNATURE,
      header(3, 2, [8, 0, 0, 0, 1]),
      piece(rows),
      pngChunk('IEND'),
    ]);
    await expect(png(bytes)).resolves.toMatchObject({ width: 3, height: 2 });
  });

  it('is taken as a JPEG, up to its end', async () => {
    const bytes = await drawn(64, 48);
    const image = await jpeg(Buffer.concat([bytes, Buffer.from('<script>')]));
    expect(image).toMatchObject({ width: 64, height: 48, mediaType: 'image/jpeg' });
    expect(image.bytes).toEqual(bytes);
  });

  const whole = pngOf(small);
  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /no PNG/],
    ['a page', Buffer.from('<html><script>alert(1)</script>'), /no PNG/],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /no PNG/],
    ['a PNG that is cut off', whole.subarray(0, whole.length - 8), /too early/],
    [
      'a PNG without a picture',
      Buffer.concat([PNG_SIGNATURE, header(1, 1, [8, 6, 0, 0, 0]), pngChunk('IEND')]),
      /one piece/,
    ],
    [
      'a PNG with a flipped bit',
      whole.map((byte, at) => (at === whole.length - 20 ? byte ^ 1 : byte)) as Buffer,
      /damaged/,
    ],
    ['a PNG with too few rows', pngOf({ ...small, rows: Buffer.alloc(33 * 5) }), /of the size/],
    ['a PNG that unpacks to far more', pngOf({ ...small, rows: Buffer.alloc(64 << 20) }), /of the size/],
    ['a PNG with an unknown critical chunk', pngOf({ ...small, more: [pngChunk('ABCD')] }), /unknown chunk/],
    [
      'a PNG with a depth that there isn’t',
      Buffer.concat([PNG_SIGNATURE, header(1, 1, [3, 6, 0, 0, 0])]),
      /too early/,
    ],
    [
      'a PNG with no width',
      Buffer.concat([PNG_SIGNATURE, header(0, 1, [8, 6, 0, 0, 0]), piece(Buffer.alloc(1)), pngChunk('IEND')]),
      /header/,
    ],
    [
      'a PNG with pixels of a palette that it hasn’t',
      Buffer.concat([PNG_SIGNATURE, header(1, 1, [8, 3, 0, 0, 0]), piece(Buffer.alloc(2)), pngChunk('IEND')]),
      /palette/,
    ],
    [
      'a PNG with a picture that isn’t packed',
      Buffer.concat([
        PNG_SIGNATURE,
        header(1, 1, [8, 0, 0, 0, 0]),
        pngChunk('IDAT', Buffer.from('no zlib')),
        pngChunk('IEND'),
      ]),
      /unpacked/,
    ],
  ])('is refused: %s', async (_, bytes, reason) => {
    await expect(png(bytes)).rejects.toMatchObject({
      code: 'image_invalid',
      message: expect.stringMatching(reason) as string,
    });
  });

  it('is refused before it is unpacked where its header says too much', async () => {
    await expect(png(pngOf({ width: 4097, height: 1, rows: Buffer.alloc(1) }))).rejects.toMatchObject({
      ...{ code: 'image_too_large', args: { limit: 4096 } },
    });
    await expect(png(pngOf({ width: 1, height: 0x7fffffff, rows: Buffer.alloc(1) }))).rejects.toMatchObject({
      code: 'image_too_large',
    });
    const large = { mediaType: 'image/jpeg', bytes: await drawn(1025, 16) } as const;
    await expect(checkImage(large, AVATAR_LIMITS)).rejects.toMatchObject({ code: 'image_too_large' });
  });

  it('is refused as a JPEG that is cut off, none, or costs a decoder too much', async () => {
    const bytes = await drawn(64, 48);
    const refused = (sent: Buffer, reason: RegExp) =>
      expect(jpeg(sent)).rejects.toMatchObject({
        code: 'image_invalid',
        message: expect.stringMatching(reason) as string,
      });
    await refused(bytes.subarray(0, bytes.length - 2), /too early/);
    await refused(bytes.subarray(0, 30), /too early/);
    await refused(whole, /no JPEG/);
    const scan = bytes.subarray(bytes.lastIndexOf(Buffer.from([0xff, 0xda])), bytes.length - 2);
    const scans = Array.from({ length: 40 }, () => scan);
    await refused(
      Buffer.concat([bytes.subarray(0, -2), ...scans, Buffer.from([0xff, 0xd9])]),
      /too many scans/,
    );
    const lossless = Buffer.from(bytes);
    lossless[lossless.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc3;
    await refused(lossless, /kind of JPEG/);
  });
});

describe('whatever is sent', () => {
  const seed = Date.now() % 2 ** 31;
  const mutator = new Mutator(seed);
  /** What is taken may still be damaged within, which a decoder finds. */
  async function tried(check: () => Promise<{ bytes: Buffer }>): Promise<string> {
    try {
      const { bytes } = await check();
      return await loadImage(bytes).then(
        () => 'decoded',
        () => 'refused by the decoder',
      );
    } catch (error) {
      return error instanceof DomainError ? error.code : String((error as Error).stack);
    }
  }
  const OUTCOMES = ['decoded', 'refused by the decoder', 'image_invalid', 'image_too_large'];

  it('as a JPEG is taken or refused in words, and harms no decoder', async () => {
    const corpus = [await drawn(64, 48), await drawn(16, 16)];
    const seen = new Set<string>();
    for (let i = 0; i < 1500; i++) seen.add(await tried(() => jpeg(mutator.bytes(corpus))));
    expect({ seed, seen: [...seen].filter((one) => !OUTCOMES.includes(one)) }).toEqual({ seed, seen: [] });
    expect([...seen]).toEqual(expect.arrayContaining(['decoded', 'image_invalid']));
  });

  it('as a PNG is taken or refused in words, and harms no decoder', async () => {
    const rows = Buffer.alloc(6 * 33, 1);
    const seen = new Set<string>();
    for (let i = 0; i < 500; i++) {
      const parts = [
        header(8, 6, [8, 6, 0, 0, 0]),
        pngChunk('PLTE', Buffer.from([1, 2, 3])),
        pngChunk('gAMA', Buffer.from([0, 0, 1, 0])),
        piece(mutator.below(2) ? rows : mutator.bytes([rows])),
        pngChunk('IEND'),
      ];
      // A part that is changed has the right sum all the same: it is meant to be read.
      const at = mutator.below(parts.length);
      const part = parts[at]!;
      const data = mutator.bytes([part.subarray(8, -4)]);
      parts[at] = pngChunk(part.toString('latin1', 4, 8), data);
      seen.add(await tried(() => png(Buffer.concat([PNG_SIGNATURE, ...parts]))));
    }
    expect({ seed, seen: [...seen].filter((one) => !OUTCOMES.includes(one)) }).toEqual({ seed, seen: [] });
    expect([...seen]).toEqual(expect.arrayContaining(['decoded', 'image_invalid']));
  });
});
