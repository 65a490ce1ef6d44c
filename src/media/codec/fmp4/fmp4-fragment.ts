import { box, fullBox, u32, u64 } from './fmp4-box';

/** A frame. Times are ticks of its track. */
export interface Fmp4Sample {
  duration: number;
  /** From decoding to presentation (PTS - DTS), not negative. */
  compositionOffset: number;
  /** Decoding may begin with it. */
  sync: boolean;
  data: Buffer;
}

/** Consecutive frames of a track. */
export interface Fmp4Run {
  trackId: number;
  /** DTS of the first, ticks. */
  baseTime: number;
  samples: readonly Fmp4Sample[];
}

/** sample_flags (ISO/IEC 14496-12, 8.8.3.1): depends on no other; depends on others and is no sync sample. */
const SYNC_SAMPLE = 0x02000000;
const OTHER_SAMPLE = 0x01010000;
const DEFAULT_BASE_IS_MOOF = 0x020000;
/** trun: data offset, and duration, size, flags and composition offset of each sample. */
const TRUN_FLAGS = 0x000f01;
/** Bytes of a `trun` before its samples, and of each. */
const TRUN_HEAD = 20;
const TRUN_SAMPLE = 16;

/**
 * One fragment: `moof` and `mdat` (ISO/IEC 14496-12, 8.8.4 to 8.8.12) with a run of samples of each track.
 * @param sequence number of the fragment, rising
 */
export function fragment(sequence: number, runs: readonly Fmp4Run[]): Buffer {
  const pieces = runs.map(({ trackId, baseTime, samples }) => {
    const head = [
      fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, u32(trackId)),
      fullBox('tfdt', 1, 0, u64(baseTime)),
    ];
    return { trun: trackRun(samples), head, bytes: samples.reduce((sum, { data }) => sum + data.length, 0) };
  });
  // The offsets into `mdat` depend on the size of `moof`, not the other way round.
  const headSize = (sum: number, part: Buffer) => sum + part.length;
  const trafSizes = pieces.map(({ head, trun }) => 8 + head.reduce(headSize, 0) + trun.length);
  const header = fullBox('mfhd', 0, 0, u32(sequence));
  let offset = 8 + header.length + trafSizes.reduce((sum, size) => sum + size, 0) + 8;
  for (const { trun, bytes } of pieces) {
    trun.writeUInt32BE(offset, 16);
    offset += bytes;
  }
  const trafs = pieces.map(({ head, trun }) => box('traf', ...head, trun));
  const media = runs.flatMap(({ samples }) => samples.map(({ data }) => data));
  const mediaSize = media.reduce(headSize, 0);
  return Buffer.concat([box('moof', header, ...trafs), u32(8 + mediaSize), MDAT, ...media]);
}

const MDAT = Buffer.from('mdat', 'latin1');

/** `trun` (8.8.8) whose data offset is still 0. */
function trackRun(samples: readonly Fmp4Sample[]): Buffer {
  const bytes = Buffer.alloc(TRUN_HEAD + samples.length * TRUN_SAMPLE);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.write('trun', 4, 'latin1');
  bytes.writeUInt32BE(TRUN_FLAGS, 8);
  bytes.writeUInt32BE(samples.length, 12);
  samples.forEach(({ duration, compositionOffset, sync, data }, i) => {
    const at = TRUN_HEAD + i * TRUN_SAMPLE;
    bytes.writeUInt32BE(duration, at);
    bytes.writeUInt32BE(data.length, at + 4);
    bytes.writeUInt32BE(sync ? SYNC_SAMPLE : OTHER_SAMPLE, at + 8);
    bytes.writeUInt32BE(compositionOffset, at + 12);
  });
  return bytes;
}
