import type { StreamWarning } from '../contracts';
import type { StreamSnapshot } from '../media/contract';
import { hostStreamView, sameWarnings, streamView, troublesOf } from './host-stream';

const told = (keyframeIntervalMs?: number, source: 'none' | 'host' | 'mix' = 'host') => ({
  source,
  hostVideo: { width: 1280, height: 720, fps: 25, ...(keyframeIntervalMs && { keyframeIntervalMs }) },
  stream: null,
});

const measured = (...warnings: StreamWarning[]): StreamSnapshot => ({
  transport: 'whip',
  video: { codec: 'h264', profile: 'high', width: 640, height: 360, fps: 30, bitrate: 900_000 },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2, bitrate: 100_000 },
  usualBitrate: 2_500_000,
  warnings,
});

describe('hostStreamView', () => {
  it.each([
    [undefined, 0, []],
    [2000, 2000, []],
    [4000, 4000, []],
    [4500, 4500, ['long_gop']],
    [30_000, 30_000, ['long_gop']],
  ])('of keyframes every %s ms', (interval, keyframeIntervalMs, warnings) => {
    const view = { width: 1280, height: 720, fps: 25, keyframeIntervalMs, warnings, measured: null };
    expect(hostStreamView(told(interval))).toEqual(view);
  });

  it('is null while something else is on the air', () => {
    expect(hostStreamView(told(2000, 'mix'))).toBeNull();
    expect(hostStreamView(told(2000, 'none'))).toBeNull();
    expect(hostStreamView({ source: 'host', hostVideo: null, stream: null })).toBeNull();
  });

  it('has what was measured, and its warnings', () => {
    const stream = measured('b_frames', 'low_bitrate');
    expect(hostStreamView({ ...told(6000), stream })).toEqual({
      ...{ width: 640, height: 360, fps: 30, keyframeIntervalMs: 6000 },
      warnings: ['long_gop', 'b_frames', 'low_bitrate'],
      measured: streamView(stream),
    });
    expect(streamView(stream)).toMatchObject({
      transport: 'whip',
      bitrate: 1_000_000,
      usualBitrate: 2_500_000,
    });
  });

  it('shows no picture of before where there is sound alone', () => {
    const stream = { ...measured('no_picture'), video: null };
    expect(hostStreamView({ ...told(6000), stream })).toMatchObject({
      ...{ width: 0, height: 0, fps: 0, keyframeIntervalMs: 0, warnings: ['no_picture'] },
      measured: { video: null, bitrate: 100_000 },
    });
  });
});

describe('troublesOf', () => {
  it('leaves out how the encoder is set, and mixes', () => {
    const stream = measured('b_frames', 'no_sound', 'low_bitrate');
    expect(troublesOf({ ...told(6000), stream })).toEqual(['no_sound', 'low_bitrate']);
    expect(troublesOf({ ...told(6000, 'mix'), stream })).toEqual([]);
    expect(troublesOf(told(6000))).toEqual([]);
  });
});

describe('sameWarnings', () => {
  it('is about warnings, not about figures', () => {
    expect(sameWarnings(told(1000), told(3000))).toBe(true);
    expect(sameWarnings(told(5000), told(9000))).toBe(true);
    expect(sameWarnings(told(3000), told(5000))).toBe(false);
    expect(sameWarnings(told(5000), told(5000, 'none'))).toBe(false);
  });
});
