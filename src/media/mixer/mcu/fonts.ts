/** The typefaces of names. A machine may have no fonts at all, so they come with the app, as web fonts cut in slices. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';

interface Slice {
  family: string;
  file: string;
  /** First and last code point of each range. */
  ranges: [number, number][];
}

/** Latin, Greek, Cyrillic and Chinese; emoji in one colour. For other characters the system's fonts are used. */
const FACES = ['noto-sans-sc', 'noto-emoji'];
/** Of a variable font; the weight in `font` does not choose it. */
export const WEIGHT = "'wght' 500";
const registered = new Set<string>();
let slices: Slice[] | null = null;

/**
 * Loads the slices that a text needs and names them as a CSS font-family list. Some 2 ms for each that is new; a slice
 * is loaded once per process.
 */
export function fontFamilies(text: string): string {
  slices ??= FACES.flatMap(readSlices);
  const codePoints = [...text].map((character) => character.codePointAt(0)!);
  const needed = slices.filter(({ ranges }) =>
    ranges.some(([first, last]) => codePoints.some((code) => code >= first && code <= last)),
  );
  for (const { family, file } of needed) {
    if (registered.has(family)) continue;
    GlobalFonts.registerFromPath(file, family);
    registered.add(family);
  }
  return [...needed.map(({ family }) => `"${family}"`), 'sans-serif'].join(', ');
}

/** Which code points are in which file: the `unicode-range` values that a browser would choose by. */
function readSlices(face: string): Slice[] {
  const index = require.resolve(`@fontsource-variable/${face}/unicode.json`);
  const byName = JSON.parse(readFileSync(index, 'utf8')) as Record<string, string>;
  return Object.entries(byName).map(([name, ranges]) => {
    const slice = name.replace(/[[\]]/g, '');
    const file = join(dirname(index), 'files', `${face}-${slice}-wght-normal.woff2`);
    return { family: `${face}-${slice}`, file, ranges: ranges.split(',').map(parseRange) };
  });
}

/** `U+4e00` or `U+4e00-4eff`. */
function parseRange(range: string): [number, number] {
  const [first, last = first] = range.trim().slice('U+'.length).split('-');
  return [parseInt(first!, 16), parseInt(last!, 16)];
}
