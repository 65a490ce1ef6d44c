import { AUDIO_BLOCK_SAMPLES, AUDIO_RATE } from '../codec/audio/pcm';
import { AacEncoder } from './aac-encoder';

/** Encodes a block of a tone; returns the first sample of the frame that comes out. */
function encode(encoder: AacEncoder, index: number): number | undefined {
  for (let i = 0; i < AUDIO_BLOCK_SAMPLES; i++) {
    const at = (index * AUDIO_BLOCK_SAMPLES + i) / AUDIO_RATE;
    encoder.left[i] = encoder.right[i] = 0.5 * Math.sin(2 * Math.PI * 440 * at);
  }
  return encoder.encode(index)?.sample;
}

describe('AacEncoder', () => {
  it.each([0, 1, 2, 3, 10])(
    'is followed by one of another bitrate without a hole, after %d blocks',
    (blocks) => {
      const first = new AacEncoder(96_000);
      const samples = Array.from({ length: blocks }, (_, index) => encode(first, index));
      const second = first.successor(64_000);
      first.close();
      for (let index = blocks; index < blocks + 5; index++) samples.push(encode(second, index));
      expect(second.config).toEqual(first.config);
      second.close();
      // Nothing for the first block, and a run-up before the first sample.
      const expected = samples.map((_, index) =>
        index === 0 ? undefined : (index - 2) * AUDIO_BLOCK_SAMPLES,
      );
      expect(samples).toEqual(expected);
    },
  );
});
