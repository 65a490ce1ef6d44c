/**
 * The VP8 payload descriptor, which goes before the picture's bytes in every RTP packet (RFC 7741 §4.2). Pure
 * functions, without allocation: they are called for every packet that is forwarded.
 */

const FIRST = { extended: 0x80, start: 0x10, partition: 0x07 };
const EXTENSION = { pictureId: 0x80, tl0: 0x40, layerOrKey: 0x30 };
/** The picture id has 15 bits, else 7. */
const LONG_ID = 0x80;
const LONG_MASK = 0x7fff;
const SHORT_MASK = 0x7f;

/** What is added to the counters of one sender's descriptors, so that they go on from another's. */
export interface Vp8Shift {
  /** 0..32767; to picture ids of either length. */
  pictureId: number;
  /** 0..255 */
  tl0: number;
}

export const NO_SHIFT: Readonly<Vp8Shift> = { pictureId: 0, tl0: 0 };

/** Bytes of the descriptor, read as if none were missing. `payload` isn't empty. */
export function vp8DescriptorBytes(payload: Buffer): number {
  if (!(payload[0]! & FIRST.extended)) return 1;
  const extension = payload[1] ?? 0;
  return (
    tl0At(payload, extension) +
    (extension & EXTENSION.tl0 ? 1 : 0) +
    (extension & EXTENSION.layerOrKey ? 1 : 0)
  );
}

/** Whether it is the first packet of that partition; pictures begin with number 0. */
export function startsVp8Partition(payload: Buffer, partition: number): boolean {
  return (payload[0]! & FIRST.start) !== 0 && (payload[0]! & FIRST.partition) === partition;
}

/** 0..32767; null where the packet has none. */
export function vp8PictureId(payload: Buffer): number | null {
  if (!has(payload, EXTENSION.pictureId) || payload.length < tl0At(payload, payload[1]!)) return null;
  return payload[2]! & LONG_ID ? payload.readUInt16BE(2) & LONG_MASK : payload[2]!;
}

/** Running number of the pictures of the lowest temporal layer, 0..255; null where the packet has none. */
export function vp8Tl0(payload: Buffer): number | null {
  return has(payload, EXTENSION.tl0) ? (payload[tl0At(payload, payload[1]!)] ?? null) : null;
}

/** Writes the shifted counters of `payload` into its copy in `out`, which begins at `at`. */
export function shiftVp8(payload: Buffer, shift: Readonly<Vp8Shift>, out: Buffer, at: number): void {
  const id = vp8PictureId(payload);
  if (id !== null) {
    const shifted = id + shift.pictureId;
    if (payload[2]! & LONG_ID) out.writeUInt16BE((LONG_ID << 8) | (shifted & LONG_MASK), at + 2);
    else out[at + 2] = shifted & SHORT_MASK;
  }
  const tl0 = vp8Tl0(payload);
  if (tl0 !== null) out[at + tl0At(payload, payload[1]!)] = (tl0 + shift.tl0) & 0xff;
}

/**
 * The shift for a picture that comes right after another one, maybe of another sender, that went out with `shift`:
 * both counters go on by one. Receivers tell by them which picture refers to which, and what lies between.
 */
export function continueVp8(before: Buffer, shift: Readonly<Vp8Shift>, payload: Buffer): Vp8Shift {
  const [id, nextId] = [vp8PictureId(before), vp8PictureId(payload)];
  const [tl0, nextTl0] = [vp8Tl0(before), vp8Tl0(payload)];
  const mask = before[2]! & LONG_ID ? LONG_MASK : SHORT_MASK;
  return {
    pictureId:
      id === null || nextId === null ? 0 : (((id + shift.pictureId) & mask) + 1 - nextId) & LONG_MASK,
    tl0: tl0 === null || nextTl0 === null ? 0 : (tl0 + shift.tl0 + 1 - nextTl0) & 0xff,
  };
}

function has(payload: Buffer, field: number): boolean {
  return payload.length > 1 && (payload[0]! & FIRST.extended) !== 0 && (payload[1]! & field) !== 0;
}

/** Where TL0PICIDX is, if it is there: after the picture id. */
function tl0At(payload: Buffer, extension: number): number {
  if (!(extension & EXTENSION.pictureId)) return 2;
  return (payload[2] ?? 0) & LONG_ID ? 4 : 3;
}
