/** Decoded sound, the same everywhere on this floor: 48 kHz, stereo, 32-bit float, worked on in blocks of one AAC frame. */
import { AAC_FRAME } from './aac';

/** Hz */
export const AUDIO_RATE = 48_000;
/** Samples per channel. */
export const AUDIO_BLOCK_SAMPLES = AAC_FRAME;

/** Decodes one packet at a time; null when the packet is no good. The samples hold until the next call. */
export interface AudioDecoder {
  decode(payload: Buffer): { left: Float32Array; right: Float32Array } | null;
  close(): void;
}

export interface EncodedAudio {
  /** First sample of the frame, counted as the blocks are. */
  sample: number;
  data: Buffer;
}

/** Encodes one block at a time to AAC. */
export interface AudioEncoder {
  /** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
  readonly config: Buffer;
  /** The samples of the next block, to be written before `encode`. */
  readonly left: Float32Array;
  readonly right: Float32Array;
  /** Encodes them as block `index`; what comes out may be an earlier block, or null. @throws Error for good */
  encode(index: number): EncodedAudio | null;
  close(): void;
}
