/** What stands on the tile of somebody without a picture: the first letters of their name, in a round of their own colour. */
import type { Pen } from './pen';

/** Grounds on which white letters can be read (contrast 4.5:1 and more). */
const COLOURS = [
  '#b3261e',
  '#a8440f',
  '#8a5300',
  '#4f6b00',
  '#1b7a3d',
  '#00736b',
  '#006c94',
  '#2a5fc4',
  '#5a4fcf',
  '#8436b8',
  '#b0257f',
  '#6d5a4a',
];
const LETTER = /^[\p{L}\p{N}]/u;
/** Written without spaces, the given name last: Chinese and Korean apps show its end. */
const EAST_ASIAN = /^[\p{sc=Han}\p{sc=Hangul}]/u;
/** Shares of the round's diameter. */
const FONT_SHARE = 0.46;
const MAX_TEXT_SHARE = 0.64;

/**
 * One or two characters (graphemes) that stand for a name: the last two of a Chinese or Korean one, else the first letters
 * of the first and the last word. Without any letter its first character, an emoji for instance; null where there is none.
 */
export function initialsOf(name: string): string | null {
  const words = name
    .split(/[\s\p{Z}]+/u)
    .map((word) => graphemesOf(word).filter((grapheme) => LETTER.test(grapheme)))
    .filter((letters) => letters.length > 0);
  const first = words[0]?.[0];
  if (first === undefined) return graphemesOf(name.trim())[0] ?? null;
  if (EAST_ASIAN.test(first)) {
    const letters = words.flat().filter((letter) => EAST_ASIAN.test(letter));
    return letters.slice(-2).join('');
  }
  const last = words.length > 1 ? words.at(-1)![0]! : '';
  return [first, last].map(capital).join('');
}

/** The colour of a user, `#rrggbb`: always the same. */
export function colourOfUser(userId: string): string {
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (let at = 0; at < userId.length; at++) hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193);
  return COLOURS[(hash >>> 0) % COLOURS.length]!;
}

/**
 * The round fills the square.
 *
 * @param fonts CSS font-family list
 */
export function drawInitials(
  pen: Pen,
  { x, y, size }: { x: number; y: number; size: number },
  { initials, colour, fonts }: { initials: string; colour: string; fonts: string },
): void {
  const [centreX, centreY] = [x + size / 2, y + size / 2];
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(centreX, centreY, size / 2, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = '#ffffff';
  pen.textAlign = 'center';
  pen.textBaseline = 'alphabetic';
  const font = (px: number) => `500 ${Math.max(1, Math.round(px))}px ${fonts}`;
  pen.font = font(size * FONT_SHARE);
  const { width } = pen.measureText(initials);
  if (width > size * MAX_TEXT_SHARE) pen.font = font((size * FONT_SHARE * size * MAX_TEXT_SHARE) / width);
  // In the middle is what is seen of the letters, not their line.
  const { actualBoundingBoxAscent: above, actualBoundingBoxDescent: below } = pen.measureText(initials);
  pen.fillText(initials, centreX, centreY + (above - below) / 2);
}

function graphemesOf(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

/** Where the capital is one character: of ß it would be two. */
function capital(letter: string): string {
  const upper = letter.toUpperCase();
  return graphemesOf(upper).length > 1 ? letter : upper;
}
