/** PNG (W3C, third edition), as far as it must be read to know that a decoder can't be harmed by it. */
import { crc32, createInflate } from 'node:zlib';
import { invalidImage, type ReadImage, type SizeCheck } from './image-rules';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** What a picture is drawn from (11.2, 11.3.1). The rest is text, profiles, animation. */
const KEPT = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'sRGB', 'IDAT', 'IEND']);
const MAX_CHUNKS = 4096;
/** Samples of a pixel, by colour type, and the depths that each may have (table 11.1). */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Record<number, number[]> = {
  ...{ 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] },
};
/** Adam7 (8.1): where each pass begins, and its steps. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Chunk {
  type: string;
  data: Buffer;
  /** With its length and CRC. */
  whole: Buffer;
}
interface Header {
  width: number;
  height: number;
  bitsPerPixel: number;
  palette: boolean;
  interlaced: boolean;
}

export async function readPng(sent: Buffer, requireWithin: SizeCheck): Promise<ReadImage> {
  if (!sent.subarray(0, 8).equals(SIGNATURE)) throw invalidImage('it is no PNG');
  const chunks = chunksOf(sent);
  const header = headerOf(chunks[0]);
  requireWithin(header);
  const order = chunks.map(({ type }) => type);
  const pixels = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const unknown = order.find((type) => /^[A-Z]/.test(type) && !KEPT.has(type));
  if (unknown) throw invalidImage(`it has an unknown chunk ${unknown}`);
  if (order.lastIndexOf('IHDR') !== 0) throw invalidImage('it has two headers');
  const isTogether = order.lastIndexOf('IDAT') - order.indexOf('IDAT') === pixels.length - 1;
  if (pixels.length === 0 || !isTogether) throw invalidImage('its picture is not in one piece');
  const palette = order.indexOf('PLTE');
  if (header.palette && (palette < 0 || palette > order.indexOf('IDAT')))
    throw invalidImage('it has no palette');
  await requireUnpacked(pixels, bytesOf(header));
  const kept = chunks.filter(({ type }) => KEPT.has(type)).map(({ whole }) => whole);
  const { width, height } = header;
  return { width, height, bytes: Buffer.concat([SIGNATURE, ...kept]) };
}

/** 5.3: length, type, data, CRC; IEND is the last one. */
function chunksOf(sent: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= sent.length && chunks.length < MAX_CHUNKS;) {
    const end = at + 12 + sent.readUInt32BE(at);
    if (end > sent.length) break;
    const [typed, type] = [sent.subarray(at + 4, end - 4), sent.toString('latin1', at + 4, at + 8)];
    if (!/^[A-Za-z]{4}$/.test(type) || crc32(typed) !== sent.readUInt32BE(end - 4))
      throw invalidImage('it is damaged');
    chunks.push({ type, data: typed.subarray(4), whole: sent.subarray(at, end) });
    if (type === 'IEND') return chunks;
    at = end;
  }
  throw invalidImage('it ends too early, or is in too many pieces');
}

function headerOf(chunk: Chunk | undefined): Header {
  const { type, data } = chunk ?? {};
  if (type !== 'IHDR' || data?.length !== 13) throw invalidImage('it has no header');
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth, colour, compression, filter, interlace] = data.subarray(8) as unknown as number[];
  const isKnown = DEPTHS[colour!]?.includes(depth!) && compression === 0 && filter === 0 && interlace! <= 1;
  if (!isKnown || width === 0 || height === 0) throw invalidImage('its header is wrong');
  const bitsPerPixel = SAMPLES[colour!]! * depth!;
  return { width, height, bitsPerPixel, palette: colour === 3, interlaced: interlace === 1 };
}

/** Rows with a filter byte each (7.2), of each pass that has pixels. */
function bytesOf({ width, height, bitsPerPixel, interlaced }: Header): number {
  const rows = (columns: number, count: number) =>
    columns === 0 ? 0 : count * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  if (!interlaced) return rows(width, height);
  return PASSES.reduce((sum, [x, y, acrossStep, downStep]) => {
    const left = (size: number, from: number, step: number) => Math.max(0, Math.ceil((size - from) / step));
    return sum + rows(left(width, x, acrossStep), left(height, y, downStep));
  }, 0);
}

/** Unpacks piece by piece and keeps nothing: what would be more than the picture takes is not unpacked. */
async function requireUnpacked(pixels: Buffer[], expected: number): Promise<void> {
  const inflate = createInflate();
  let bytes = 0;
  const failed = new Promise<never>((_, reject) => inflate.once('error', reject));
  failed.catch(() => undefined);
  for (const data of pixels) inflate.write(data);
  inflate.end();
  try {
    await Promise.race([
      failed,
      (async () => {
        for await (const piece of inflate as AsyncIterable<Buffer>) {
          bytes += piece.length;
          if (bytes > expected) return;
        }
      })(),
    ]);
  } catch {
    throw invalidImage('its picture can’t be unpacked');
  } finally {
    inflate.destroy();
  }
  if (bytes !== expected) throw invalidImage('its picture is not of the size that its header says');
}
