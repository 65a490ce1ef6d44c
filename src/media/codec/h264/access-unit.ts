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
