/** JPEG (ITU-T T.81), as far as it must be read to know that a decoder can't be harmed by it. */
import { invalidImage, type ReadImage, type SizeCheck } from './image-rules';

/** Table B.1. */
const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];
/** Baseline, extended and progressive, with Huffman codes: what browsers show. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** Lossless, hierarchical and arithmetic ones. 0xc4 and 0xcc are tables, 0xc8 is reserved. */
const OTHER_FRAMES = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
/** A progressive picture has some ten; each costs a decoder as much as a whole picture, however few bytes it has. */
const MAX_SCANS = 32;
const MAX_SEGMENTS = 1024;

export function readJpeg(sent: Buffer, requireWithin: SizeCheck): ReadImage {
  if (sent[0] !== 0xff || sent[1] !== SOI || sent.length < 4) throw invalidImage('it is no JPEG');
  let size: { width: number; height: number } | null = null;
  let scans = 0;
  let at = 2;
  for (let segments = 0; segments < MAX_SEGMENTS; segments++) {
    while (sent[at] === 0xff && sent[at + 1] === 0xff) at++;
    const marker = sent[at + 1];
    if (sent[at] !== 0xff || marker === undefined) throw invalidImage('it ends too early');
    if (marker === EOI) {
      if (!size || scans === 0) throw invalidImage('it has no picture');
      return { ...size, bytes: sent.subarray(0, at + 2) };
    }
    const end = segmentEnd(sent, at);
    if (OTHER_FRAMES.has(marker)) throw invalidImage('it is a kind of JPEG that browsers don’t show');
    if (FRAMES.has(marker)) {
      if (size) throw invalidImage('it has two pictures');
      size = frameSize(sent.subarray(at + 4, end));
      requireWithin(size);
    }
    at = end;
    if (marker !== SOS) continue;
    if (!size || ++scans > MAX_SCANS) throw invalidImage('it has too many scans, or one before its header');
    at = scanEnd(sent, at);
  }
  throw invalidImage('it is in too many pieces');
}

/** B.1.1.4: the length counts itself. */
function segmentEnd(sent: Buffer, at: number): number {
  const length = at + 4 <= sent.length ? sent.readUInt16BE(at + 2) : 0;
  const end = at + 2 + length;
  if (length < 2 || end > sent.length) throw invalidImage('it ends too early');
  return end;
}

/** B.2.2: precision, lines, samples per line, components. */
function frameSize(frame: Buffer): { width: number; height: number } {
  if (frame.length < 6) throw invalidImage('its header is wrong');
  const [height, width, components] = [frame.readUInt16BE(1), frame.readUInt16BE(3), frame[5]!];
  const isKnown = frame[0] === 8 && (components === 1 || components === 3);
  if (!isKnown || width === 0 || height === 0) throw invalidImage('its header is wrong');
  return { width, height };
}

/** Entropy-coded data goes on to a marker: 0xff is followed by 0 in it, or by a restart (B.1.1.2, B.1.1.5). */
function scanEnd(sent: Buffer, from: number): number {
  for (let at = sent.indexOf(0xff, from); at >= 0 && at + 1 < sent.length; at = sent.indexOf(0xff, at + 1)) {
    const next = sent[at + 1]!;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw invalidImage('it ends too early');
}
