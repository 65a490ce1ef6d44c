import { addEmulationPrevention, removeEmulationPrevention } from './emulation-prevention';
import { NAL, nalType } from './h264';

const USER_DATA_UNREGISTERED = 5;
const UUID_BYTES = 16;
/** Stop bit and alignment (14496-10, 7.3.2.11). */
const TRAILING = Buffer.from([0x80]);

/**
 * A SEI NAL unit with user data of our own (14496-10, D.1.7).
 * @param uuid 16 bytes
 */
export function userDataSei(uuid: Buffer, data: Buffer): Buffer {
  const payload = Buffer.concat([uuid, data]);
  const head = [USER_DATA_UNREGISTERED, ...sizeOf(payload)];
  return Buffer.concat([
    Buffer.from([NAL.sei]),
    addEmulationPrevention(Buffer.concat([Buffer.from(head), payload, TRAILING])),
  ]);
}

/** The user data with this UUID in a SEI NAL unit of `userDataSei`'s kind, of one message; null: there is none. */
export function readUserData(nal: Buffer, uuid: Buffer): Buffer | null {
  if (nalType(nal) !== NAL.sei) return null;
  const rbsp = removeEmulationPrevention(nal.subarray(1));
  if (rbsp[0] !== USER_DATA_UNREGISTERED) return null;
  let [at, size] = [1, 0];
  while (rbsp[at] === 0xff) [at, size] = [at + 1, size + 0xff];
  size += rbsp[at++] ?? 0;
  const payload = rbsp.subarray(at, at + size);
  if (payload.length < UUID_BYTES || !payload.subarray(0, UUID_BYTES).equals(uuid)) return null;
  return payload.subarray(UUID_BYTES);
}

/** Of a SEI message's payload (7.3.2.3.1). */
function sizeOf({ length }: Buffer): number[] {
  return [...Array.from({ length: Math.floor(length / 0xff) }, () => 0xff), length % 0xff];
}
