/** Fragments of ISO base media files (ISO/IEC 14496-12, 8.8) as they came, read without the code that wrote them. */

export interface Sample {
  /** Ticks of the track. */
  dts: number;
  duration: number;
  /** PTS - DTS, ticks. */
  composition: number;
  sync: boolean;
  data: Buffer;
}

export interface Track {
  kind: 'video' | 'audio';
  /** Ticks per second. */
  timescale: number;
}

interface Box {
  type: string;
  /** Of the box, in the buffer. */
  at: number;
  body: Buffer;
}

/** @throws Error where sizes don't fit */
export function boxesOf(bytes: Buffer, skip = 0): Box[] {
  const boxes: Box[] = [];
  for (let at = skip; at < bytes.length;) {
    const size = bytes.length - at >= 8 ? bytes.readUInt32BE(at) : 0;
    if (size < 8 || at + size > bytes.length) throw new Error(`a box of ${size} bytes at ${at}`);
    const type = bytes.toString('latin1', at + 4, at + 8);
    boxes.push({ type, at, body: bytes.subarray(at + 8, at + size) });
    at += size;
  }
  return boxes;
}

const inside = (body: Buffer, type: string): Buffer[] =>
  boxesOf(body)
    .filter((box) => box.type === type)
    .map((box) => box.body);
const only = (body: Buffer, ...path: string[]): Buffer =>
  path.reduce((outer, type) => {
    const [found, other] = inside(outer, type);
    if (!found || other) throw new Error(`not one ${type}`);
    return found;
  }, body);

/** The tracks of an initialisation segment, by id. */
export function tracksOfInit(init: Buffer): Map<number, Track> {
  return new Map(
    inside(only(init, 'moov'), 'trak').map((trak) => {
      const handler = only(trak, 'mdia', 'hdlr').toString('latin1', 8, 12);
      const [id, timescale] = [
        only(trak, 'tkhd').readUInt32BE(12),
        only(trak, 'mdia', 'mdhd').readUInt32BE(12),
      ];
      return [id, { kind: handler === 'vide' ? 'video' : 'audio', timescale }];
    }),
  );
}

/**
 * The samples of a part, by track id. @throws Error where it isn't made of fragments that hold what they say: data
 * offsets from `moof`, everything said in `trun`
 */
export function samplesOf(part: Buffer): Map<number, Sample[]> {
  const samples = new Map<number, Sample[]>();
  const boxes = boxesOf(part);
  boxes.forEach((moof, i) => {
    if (moof.type !== 'moof') return;
    const mdat = boxes[i + 1];
    if (mdat?.type !== 'mdat') throw new Error('a moof without mdat behind it');
    const end = mdat.at + 8 + mdat.body.length;
    for (const traf of inside(moof.body, 'traf')) {
      const id = only(traf, 'tfhd').readUInt32BE(4);
      const base = Number(only(traf, 'tfdt').readBigUInt64BE(4));
      const run = readRun(only(traf, 'trun'), part.subarray(moof.at, end), base);
      samples.set(id, [...(samples.get(id) ?? []), ...run]);
    }
  });
  if (samples.size === 0) throw new Error('no fragment');
  return samples;
}

function readRun(trun: Buffer, fragment: Buffer, base: number): Sample[] {
  if ((trun.readUInt32BE(0) & 0xffffff) !== 0xf01) throw new Error('a trun with other fields');
  let offset = trun.readInt32BE(8);
  let dts = base;
  return Array.from({ length: trun.readUInt32BE(4) }, (_, i) => {
    const [at, composition] = [12 + i * 16, trun.readInt32BE(12 + i * 16 + 12)];
    const [duration, size] = [trun.readUInt32BE(at), trun.readUInt32BE(at + 4)];
    const data = fragment.subarray(offset, offset + size);
    if (data.length !== size) throw new Error('a sample beyond its fragment');
    // sample_is_non_sync_sample (8.8.3.1).
    const sync = (trun.readUInt32BE(at + 8) & 0x10000) === 0;
    const sample = { dts, duration, composition, sync, data };
    offset += size;
    dts += duration;
    return sample;
  });
}
