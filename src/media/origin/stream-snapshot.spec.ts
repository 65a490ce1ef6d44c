import { buildAudioSpecificConfig } from '../codec/audio/aac';
import { blackPicture } from '../codec/h264/black-picture';
import { LastTold, streamSnapshot } from './stream-snapshot';

const video = blackPicture(640, 360).config;
const audio = buildAudioSpecificConfig(44_100, 1);
const known = { transport: 'whip', reorders: false, video, audio, fpsHint: 25 } as const;
const measured = {
  video: 812_345,
  audio: 64_040,
  usual: null,
  isLow: false,
  hasPicture: true,
  hasSound: true,
};
const rate = (bitrate: number) => streamSnapshot(known, { ...measured, video: bitrate });

describe('streamSnapshot', () => {
  it('says what is sent, and how much', () => {
    expect(streamSnapshot(known, measured)).toEqual({
      transport: 'whip',
      video: {
        codec: 'h264',
        profile: 'constrained-baseline',
        ...{ width: 640, height: 360, fps: 25, bitrate: 812_000 },
      },
      audio: { codec: 'aac', sampleRate: 44_100, channels: 1, bitrate: 64_000 },
      usualBitrate: null,
      warnings: [],
    });
  });

  it.each([
    [Buffer.from([1, 66, 0xc0, 30]), 'constrained-baseline'],
    [Buffer.from([1, 66, 0x00, 30]), 'baseline'],
    [Buffer.from([1, 77, 0x40, 30]), 'main'],
    [Buffer.from([1, 100, 0x00, 30]), 'high'],
    [Buffer.from([1, 110, 0x00, 30]), '110'],
  ])('names the profile of %j', (head, profile) => {
    const config = Buffer.concat([head, video.subarray(4)]);
    expect(streamSnapshot({ ...known, video: config }, measured).video?.profile).toBe(profile);
  });

  it('has all warnings, and no track that there isn’t', () => {
    const bad = { ...measured, isLow: true, hasPicture: false, hasSound: false, usual: 5_000_400 };
    const nothing = { ...known, video: Buffer.from('nonsense'), audio: null, reorders: true };
    expect(streamSnapshot(nothing, bad)).toEqual({
      ...{ transport: 'whip', video: null, audio: null, usualBitrate: 5_000_000 },
      warnings: ['b_frames', 'no_sound', 'no_picture', 'low_bitrate'],
    });
  });
});

describe('LastTold', () => {
  it('tells of a bitrate soon when it has moved, else now and then', () => {
    const told = new LastTold();
    const first = rate(1_000_000);
    expect(told.of(first, 0)).toBe(first);
    expect(told.of(rate(2_000_000), 3999)).toBe(first);
    expect(told.of(rate(1_090_000), 4000)).toBe(first);
    const moved = rate(1_200_000);
    expect(told.of(moved, 4000)).toBe(moved);
    const later = rate(1_201_000);
    expect(told.of(later, 13_999)).toBe(moved);
    expect(told.of(later, 14_000)).toBe(later);
  });

  it('tells of all else at once', () => {
    const told = new LastTold();
    told.of(rate(1_000_000), 0);
    const low = streamSnapshot(known, { ...measured, isLow: true });
    expect(told.of(low, 1)).toBe(low);
    const usual = streamSnapshot(known, { ...measured, isLow: true, usual: 1_000_000 });
    expect(told.of(usual, 2)).toBe(usual);
  });
});
