import { BitReader } from './bit-reader';
import { removeEmulationPrevention } from './emulation-prevention';

export interface SpsInfo {
  /** profile_idc: 66 Baseline, 77 Main, 100 High. */
  profile: number;
  constraints: number;
  /** level_idc: 31 is level 3.1. */
  level: number;
  /** Pixels after cropping. */
  width: number;
  height: number;
  /** Frames per second from the VUI timing, 0 when it isn't there. */
  fps: number;
  /** Which colours its numbers stand for; null where it doesn't say. */
  colour: ColourDescription | null;
}

/** Code points of ITU-T H.273 (E.2.1); 2: unspecified. */
export interface ColourDescription {
  fullRange: boolean;
  primaries: number;
  transfer: number;
  matrix: number;
}

/** Profiles whose SPS carries chroma_format_idc (14496-10, 7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const EXTENDED_SAR = 255;
/** colour_primaries, transfer_characteristics and matrix_coefficients that aren't known (H.273). */
const UNSPECIFIED = 2;

/** Parses an SPS NAL unit (14496-10, 7.3.2.1.1 and E.1.1), header byte included; null when it is malformed. */
export function parseSps(nal: Buffer): SpsInfo | null {
  try {
    return readSps(new BitReader(removeEmulationPrevention(nal).subarray(1)));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readSps(bits: BitReader): SpsInfo {
  const profile = bits.bits(8);
  const constraints = bits.bits(8);
  const level = bits.bits(8);
  bits.ue(); // seq_parameter_set_id
  const chroma = HIGH_PROFILES.has(profile) ? readChroma(bits) : 1;
  bits.ue(); // log2_max_frame_num_minus4
  skipPictureOrder(bits);
  bits.ue(); // max_num_ref_frames
  bits.skip(1);
  const widthMbs = bits.ue() + 1;
  const heightUnits = bits.ue() + 1;
  const frameMbsOnly = bits.flag();
  if (!frameMbsOnly) bits.skip(1);
  bits.skip(1);
  const fields = frameMbsOnly ? 1 : 2;
  const crop = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * fields;
  return {
    profile,
    constraints,
    level,
    width: widthMbs * 16 - (left + right) * unitX,
    height: heightUnits * 16 * fields - (top + bottom) * unitY,
    ...(bits.flag() ? readVui(bits) : { fps: 0, colour: null }),
  };
}

function readChroma(bits: BitReader): number {
  const chroma = bits.ue();
  if (chroma === 3) bits.skip(1);
  bits.ue(); // bit depths
  bits.ue();
  bits.skip(1);
  if (bits.flag()) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) {
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return chroma;
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type !== 1) return;
  bits.skip(1);
  bits.se();
  bits.se();
  const cycle = bits.ue();
  if (cycle > 255) throw new RangeError('picture order cycle too long');
  for (let i = 0; i < cycle; i++) bits.se();
}

/** VUI up to the timing (E.1.1). */
function readVui(bits: BitReader): Pick<SpsInfo, 'fps' | 'colour'> {
  if (bits.flag() && bits.bits(8) === EXTENDED_SAR) bits.skip(32);
  if (bits.flag()) bits.skip(1);
  const colour = bits.flag() ? readColour(bits) : null;
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
  return { colour, fps: bits.flag() ? readFps(bits) : 0 };
}

function readColour(bits: BitReader): ColourDescription {
  bits.skip(3); // video_format
  const fullRange = bits.flag();
  const [primaries, transfer, matrix] = bits.flag() ? [bits.bits(8), bits.bits(8), bits.bits(8)] : [];
  const none = UNSPECIFIED;
  return { fullRange, primaries: primaries ?? none, transfer: transfer ?? none, matrix: matrix ?? none };
}

/** A frame is two ticks. */
function readFps(bits: BitReader): number {
  const tick = bits.bits(32);
  const scale = bits.bits(32);
  return tick === 0 ? 0 : Math.round((scale / (2 * tick)) * 1000) / 1000;
}
