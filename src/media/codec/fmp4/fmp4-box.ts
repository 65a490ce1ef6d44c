/** Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2). */

/** A box: 32-bit size, four-letter type, content. */
export function box(type: string, ...content: Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.reduce((sum, part) => sum + part.length, 0));
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}

/** A box with version and flags (4.2.2). */
export function fullBox(type: string, version: number, flags: number, ...content: Buffer[]): Buffer {
  return box(type, u32((version << 24) | flags), ...content);
}

/** Unsigned 16-bit numbers, big-endian. */
export function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => bytes.writeUInt16BE(value & 0xffff, i * 2));
  return bytes;
}

/** Unsigned 32-bit numbers, big-endian. */
export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value >>> 0, i * 4));
  return bytes;
}

/** An unsigned number below 2^53 in 64 bits, big-endian. */
export function u64(value: number): Buffer {
  return u32(Math.floor(value / 2 ** 32), value);
}
