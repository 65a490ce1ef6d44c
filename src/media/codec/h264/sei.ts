import { addEmulationPrevention } from './emulation-prevention';
import { NAL } from './h264';

const USER_DATA_UNREGISTERED = 5;
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

/** Of a SEI message's payload (7.3.2.3.1). */
function sizeOf({ length }: Buffer): number[] {
  return [...Array.from({ length: Math.floor(length / 0xff) }, () => 0xff), length % 0xff];
}
