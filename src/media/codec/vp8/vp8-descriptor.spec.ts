import { continueVp8, NO_SHIFT, shiftVp8, vp8DescriptorBytes, vp8PictureId, vp8Tl0 } from './vp8-descriptor';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('VP8 payload descriptor', () => {
  it.each([
    ['plain', '1001', 1, null, null],
    ['7-bit picture id', '90801101', 3, 0x11, null],
    ['15-bit picture id', '9080912201', 4, 0x1122, null],
    ['all of it', '90f09122054001', 6, 0x1122, 5],
    ['TL0PICIDX without a picture id', '90400501', 3, null, 5],
    ['KEYIDX alone', '90104001', 3, null, null],
    ['cut off in the picture id', '908091', 4, null, null],
    ['cut off before TL0PICIDX', '90c011', 4, 0x11, null],
    ['cut off at once', '90', 2, null, null],
  ])('%s', (_, payload, bytes, pictureId, tl0) => {
    expect(vp8DescriptorBytes(hex(payload))).toBe(bytes);
    expect(vp8PictureId(hex(payload))).toBe(pictureId);
    expect(vp8Tl0(hex(payload))).toBe(tl0);
  });

  const shifted = (payload: string, pictureId: number, tl0: number): string => {
    const out = Buffer.concat([hex('aabb'), hex(payload)]);
    shiftVp8(hex(payload), { pictureId, tl0 }, out, 2);
    return out.toString('hex').slice(4);
  };

  it.each([
    ['nothing there to shift', '1001', 5, 6, '1001'],
    ['7 bits, and their wrap', '90807f01', 2, 0, '90800101'],
    ['15 bits, and their wrap', '9080ffff01', 2, 0, '9080800101'],
    ['15 bits that would fit into 7 keep their length', '9080800101', 1, 0, '9080800201'],
    ['TL0PICIDX, and its wrap', '90f09122fe4001', 0, 3, '90f09122014001'],
    ['TL0PICIDX alone', '90400501', 9, 1, '90400601'],
    ['what is cut off stays as it is', '908091', 1, 1, '908091'],
  ])('shifts %s', (_, payload, pictureId, tl0, expected) => {
    expect(shifted(payload, pictureId, tl0)).toBe(expected);
  });

  it.each([
    ['15 to 15 bits', '90f09122054001', '90f08033014000', '90f09123064000'],
    ['15 to 15 bits at the wrap', '90f0ffffff4001', '90f08033014000', '90f08000004000'],
    ['15 to 7 bits', '90f09122054001', '90e044014000', '90e023064000'],
    ['7 to 15 bits', '90e07f054001', '90f08033014000', '90f08080064000'],
    ['where there were none', '1001', '90f08033014000', '90f08033014000'],
  ])('goes on by one, from %s', (_, before, payload, expected) => {
    const { pictureId, tl0 } = continueVp8(hex(before), NO_SHIFT, hex(payload));
    expect(shifted(payload, pictureId, tl0)).toBe(expected);
  });

  it('goes on from what was sent, not from what was published', () => {
    const once = continueVp8(hex('90f09122054001'), NO_SHIFT, hex('90f08033014000'));
    const twice = continueVp8(hex('90f08040024001'), once, hex('90f0fffff04000'));
    // 0x1122 + 1 + (0x40 - 0x33) + 1, and 5 + 1 + (2 - 1) + 1.
    expect(shifted('90f0fffff04000', twice.pictureId, twice.tl0)).toBe('90f09131084000');
  });
});
