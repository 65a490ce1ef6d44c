/** A black picture that needs no encoder (ISO/IEC 14496-10, constrained baseline). */
import { BitWriter } from './bit-writer';
import { buildAvcDecoderConfig, joinAvcc } from './h264';

export interface BlackPicture {
  /** AVCDecoderConfigurationRecord. */
  config: Buffer;
  /** An IDR access unit with 4-byte lengths, parameter sets included. */
  keyframe: Buffer;
  /** The picture before it once more, some 16 bytes. @param index since the keyframe, from 1 */
  repeat(index: number): Buffer;
}

/**
 * Of both parameter sets. Encoders count from 0; with an id of its own, and in the stream, the picture doesn't depend on
 * which of their sets a parser has.
 */
const ID = 7;
const SPS = 0x67;
const PPS = 0x68;
const IDR = 0x65;
const NON_IDR = 0x41;
const FRAME_NUM_BITS = 8;
/** Slice types (table 7-6) that all slices of the picture have. */
const [ALL_P, ALL_I] = [5, 7];
const [BLACK_LUMA, GREY_CHROMA] = [16, 128];
/** Level 3, and the most macroblocks of a picture in it (table A-1). */
const LEVEL = 30;
const MAX_MACROBLOCKS = 1620;

/**
 * @param width pixels, even; likewise `height`
 * @throws RangeError for more than 1620 macroblocks (720 × 576)
 */
export function blackPicture(width: number, height: number): BlackPicture {
  const [across, down] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const macroblocks = across * down;
  if (macroblocks > MAX_MACROBLOCKS) throw new RangeError(`a black picture of ${width} × ${height}`);
  const pps = new BitWriter().ue(ID).ue(ID).bits(0, 2).ue(0).ue(0).ue(0).bits(0, 3).ue(0).ue(0).ue(0);
  const sets = [sps(width, height, across, down), pps.bits(0, 3).nal(PPS)] as const;
  return {
    config: buildAvcDecoderConfig([sets[0]], [sets[1]]),
    keyframe: joinAvcc([...sets, keyframe(across, macroblocks)]),
    repeat: (index) => joinAvcc([repeat(index, macroblocks)]),
  };
}

/** 7.3.2.1.1: pictures are shown in the order in which they come (picture order count type 2). */
function sps(width: number, height: number, across: number, down: number): Buffer {
  const [right, bottom] = [across * 16 - width, down * 16 - height];
  const sps = new BitWriter().bits(66, 8).bits(0xc0, 8).bits(LEVEL, 8).ue(ID);
  sps
    .ue(FRAME_NUM_BITS - 4)
    .ue(2)
    .ue(1)
    .bits(0, 1);
  sps
    .ue(across - 1)
    .ue(down - 1)
    .bits(0b11, 2);
  if (right + bottom === 0) sps.bits(0, 1);
  else
    sps
      .bits(1, 1)
      .ue(0)
      .ue(right >> 1)
      .ue(0)
      .ue(bottom >> 1);
  return sps.bits(0, 1).nal(SPS);
}

/** 7.3.3 */
function sliceHeader(type: number, frameNum: number): BitWriter {
  return new BitWriter().ue(0).ue(type).ue(ID).bits(frameNum, FRAME_NUM_BITS);
}

/** Its first macroblock is samples as they are, the others are predicted from their neighbours, without a residual. */
function keyframe(across: number, macroblocks: number): Buffer {
  const slice = sliceHeader(ALL_I, 0).ue(0).bits(0, 2).ue(0);
  slice.ue(25).align();
  for (let i = 0; i < 256; i++) slice.bits(BLACK_LUMA, 8);
  for (let i = 0; i < 128; i++) slice.bits(GREY_CHROMA, 8);
  for (let index = 1; index < macroblocks; index++) {
    // I_16x16 with DC prediction, chroma likewise, no change of quantisation.
    slice.ue(3).ue(0).ue(0);
    // No coefficients (table 9-5): beside samples as they are by the code for where many are to be expected.
    if (index === 1 || index === across) slice.bits(0b000011, 6);
    else slice.bits(1, 1);
  }
  return slice.nal(IDR);
}

/** All macroblocks skipped. */
function repeat(index: number, macroblocks: number): Buffer {
  const slice = sliceHeader(ALL_P, index % 2 ** FRAME_NUM_BITS);
  return slice.bits(0, 3).ue(0).ue(macroblocks).nal(NON_IDR);
}
