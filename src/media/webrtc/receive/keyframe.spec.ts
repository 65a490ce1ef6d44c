import { startsKeyframe } from './keyframe';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('startsKeyframe', () => {
  it.each([
    ['h264', '67420014', true],
    ['h264', '7800046742001400026800', true],
    ['h264', '780002680000046742001400', true],
    ['h264', '6500', false],
    ['h264', '7c85aa', false],
    ['h264', '4100', false],
    ['h264', '', false],
    ['h264', '78ffff', false],
    ['vp8', '1000', false],
    ['vp8', '100000', true],
    ['vp8', '100100', false],
    ['vp8', '000000', false],
    ['vp8', '9080810000', true],
    ['vp8', '9080810001', false],
    ['vp8', '1100', false],
    ['opus', '00', true],
  ] as const)('%s %s: %s', (codec, payload, expected) => {
    expect(startsKeyframe(codec, hex(payload))).toBe(expected);
  });
});
