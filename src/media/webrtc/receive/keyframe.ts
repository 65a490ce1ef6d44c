/** Recognises the packet at which a decoder can start, and what it says of its picture. */
import { parseSps } from '../../codec/h264/h264-sps';
import { startsVp8Partition, vp8DescriptorBytes } from '../../codec/vp8/vp8-descriptor';
import type { RtpCodec } from '../codecs';

/** Whether a decoder that knows nothing yet can start at this packet. Sound can start anywhere. */
export function startsKeyframe(codecName: RtpCodec, payload: Buffer): boolean {
  if (codecName === 'opus') return true;
  return codecName === 'h264' ? startsH264(payload) : startsVp8(payload);
}

const NAL_SPS = 7;
const STAP_A = 24;

/** A packet with a sequence parameter set: encoders send it right before the IDR picture of every keyframe. */
function startsH264(payload: Buffer): boolean {
  return findSps(payload) !== null;
}

function findSps(payload: Buffer): Buffer | null {
  const type = payload.length > 0 ? payload[0]! & 0x1f : 0;
  if (type === NAL_SPS) return payload;
  if (type !== STAP_A) return null;
  for (let at = 1; at + 2 < payload.length;) {
    const end = at + 2 + payload.readUInt16BE(at);
    if ((payload[at + 2]! & 0x1f) === NAL_SPS) return payload.subarray(at + 2, end);
    at = end;
  }
  return null;
}

/** First packet of partition 0 whose frame header says key frame (RFC 7741 §4.2, §4.3). */
function startsVp8(payload: Buffer): boolean {
  if (payload.length < 3 || !startsVp8Partition(payload, 0)) return false;
  const at = vp8DescriptorBytes(payload);
  return at < payload.length && (payload[at]! & 0x01) === 0;
}

/** Height in pixels of the picture that begins with this packet (see `startsKeyframe`); 0 where it doesn't say. */
export function keyframeHeight(codecName: RtpCodec, payload: Buffer): number {
  if (codecName === 'h264') {
    const sps = findSps(payload);
    return (sps && parseSps(sps)?.height) ?? 0;
  }
  if (codecName !== 'vp8') return 0;
  // RFC 6386 §9.1: frame tag of three bytes, start code of three, 14 bits of width, 14 of height.
  const at = vp8DescriptorBytes(payload) + 8;
  return at + 2 <= payload.length ? payload.readUInt16LE(at) & 0x3fff : 0;
}
