import { spawnSync } from 'node:child_process';
import { ffmpegPath } from '../../../../test/support/media/ffmpeg';
import { AAC_FRAME } from './aac';
import { silentAacFrame } from './aac-silence';

const FRAMES = 20;
/** 48,000 Hz, by its index. */
const RATE = 3;
const HEADER_BYTES = 7;

/** With an ADTS header (ISO/IEC 14496-3, 1.A.2), so that it stands alone. */
function adts(frame: Buffer, channels: number): Buffer {
  const length = frame.length + HEADER_BYTES;
  const bits = [
    ...['111111111111', '0', '00', '1', '01', RATE.toString(2).padStart(4, '0'), '0'],
    ...[channels.toString(2).padStart(3, '0'), '0000', length.toString(2).padStart(13, '0')],
    ...['1'.repeat(11), '00'],
  ].join('');
  const header = bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2));
  return Buffer.concat([Buffer.from(header), frame]);
}

describe('a silent AAC frame', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 6],
    [7, 8],
  ])(
    'of channel configuration %d is 1024 samples of silence on %d channels for a decoder',
    (config, channels) => {
      const stream = Buffer.concat(
        Array.from({ length: FRAMES }, () => adts(silentAacFrame(config), config)),
      );
      const args = ['-v', 'warning', '-xerror', '-f', 'aac', '-i', 'pipe:0', '-f', 's16le', 'pipe:1'];
      const { stdout, stderr } = spawnSync(ffmpegPath(), args, { input: stream });
      expect(stderr.toString()).toBe('');
      expect(stdout.length).toBe(FRAMES * AAC_FRAME * channels * 2);
      expect(stdout.every((byte) => byte === 0)).toBe(true);
    },
  );

  it('is refused for other configurations', () => {
    expect(() => silentAacFrame(0)).toThrow(RangeError);
    expect(() => silentAacFrame(8)).toThrow(RangeError);
  });
});
