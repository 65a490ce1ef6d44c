import type { ColourSpace, MixOutput } from '../contracts';

/** matrix_coefficients of ITU-T H.273, table 4. */
const MATRICES: Record<number, ColourSpace> = { 1: 'bt709', 5: 'bt601', 6: 'bt601' };
/** Pictures that don't say have the colours of HD from this many rows on, for most players. */
const HD_ROWS = 720;

/** The colour space with this matrix (H.273); undefined for others, and where it isn't known. */
export function colourSpaceOf(matrix: number | undefined): ColourSpace | undefined {
  return matrix === undefined ? undefined : MATRICES[matrix];
}

export function outputColour({ colour, height }: Pick<MixOutput, 'colour' | 'height'>): ColourSpace {
  return colour ?? (height < HD_ROWS ? 'bt601' : 'bt709');
}
