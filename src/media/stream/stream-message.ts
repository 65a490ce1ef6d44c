import type { StreamMessage } from '../../contracts';
import { userDataSei } from '../codec/h264/sei';

/** Of the user data that is ours: 4c69616e-6d61-4973-a573-7472656d6d73. */
const UUID = Buffer.from('4c69616e6d614973a5737472656d6d73', 'hex');

/** A message as a SEI NAL unit, to stand before the slices of a picture. */
export function streamMessageNal(message: StreamMessage): Buffer {
  return userDataSei(UUID, Buffer.from(JSON.stringify(message)));
}
