import { BitReader } from './bit-reader';
import { NAL, nalType, splitAnnexB, splitAvcc } from './h264';

const START_CODE = Buffer.from([0, 0, 1]);

/**
 * NAL units of a length-prefixed access unit as every decoder takes them: without empty ones and delimiters, and those
 * that an encoder has put into one with start codes between them taken apart (a NAL unit never holds a start code:
 * 14496-10, 7.4.1). Views into `data` where nothing had to be taken apart.
 * @param lengthBytes as `splitAvcc`
 * @throws RangeError when the lengths don't fit the data.
 */
export function normalNals(data: Buffer, lengthBytes: number): Buffer[] {
  return splitAvcc(data, lengthBytes)
    .flatMap((nal) => (nal.includes(START_CODE) ? splitAnnexB(Buffer.concat([START_CODE, nal])) : [nal]))
    .filter((nal) => nalType(nal) !== NAL.aud);
}

/** Does it carry (part of) a picture? Others, of SEI only, stop players. */
export function hasSlice(nals: readonly Buffer[]): boolean {
  return nals.some((nal) => nalType(nal) >= NAL.slice && nalType(nal) <= NAL.idr);
}

export function isParameterSet(nal: Buffer): boolean {
  return nalType(nal) === NAL.sps || nalType(nal) === NAL.pps;
}

/** slice_type modulo 5 (14496-10, table 7-6). */
const INTRA_SLICES = [2, 4];

/**
 * May decoding begin with this access unit? An IDR picture, or one of intra slices alone where its encoder says so (open
 * GOP). Encoders that refresh pictures bit by bit say so of inter pictures too; browsers show nothing from these on.
 * @param isSaid what the encoder says: without it, later pictures may need those before this one
 */
export function isKeyframe(nals: readonly Buffer[], isSaid: boolean): boolean {
  const types = nals.map(nalType);
  return types.includes(NAL.idr) || (isSaid && nals.every((nal) => !startsSlice(nal) || isIntraSlice(nal)));
}

/** Partitions B and C of a slice have no slice type. */
function startsSlice(nal: Buffer): boolean {
  return nalType(nal) === NAL.slice || nalType(nal) === NAL.partitionA;
}

/** By its header (14496-10, 7.3.3), whose two first codes are too short for emulation prevention. */
function isIntraSlice(nal: Buffer): boolean {
  try {
    const header = new BitReader(nal.subarray(1));
    header.ue(); // first_mb_in_slice
    return INTRA_SLICES.includes(header.ue() % 5);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}
