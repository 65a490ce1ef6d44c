/** Which codecs MAS routes, and how it recognises the packet at which a decoder can start. */
import { parseSps } from '../codec/h264/h264-sps';
import type { SdpCodec, SdpMedia } from '../codec/rtp/sdp';
import { startsVp8Partition, vp8DescriptorBytes } from '../codec/vp8/vp8-descriptor';

export type RtpCodec = 'opus' | 'h264' | 'vp8';

export const CLOCK_RATE: Record<RtpCodec, number> = { opus: 48_000, h264: 90_000, vp8: 90_000 };

/** Payload types towards everybody who receives from MAS, by codec. */
export const PAYLOAD_TYPE: Record<RtpCodec, number> = { opus: 111, h264: 108, vp8: 96 };

/** H.264 constrained baseline first: it is cheap on both ends and goes into RTMP untouched. */
export const SENT_CODECS: { audio: SdpCodec[]; video: SdpCodec[] } = {
  audio: [codec('opus', 2, 'minptime=10;useinbandfec=1')],
  video: [
    codec('h264', 1, 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'),
    codec('vp8', 1, ''),
  ],
};

function codec(name: RtpCodec, channels: number, parameters: string): SdpCodec {
  return { payloadType: PAYLOAD_TYPE[name], name, clockRate: CLOCK_RATE[name], channels, parameters };
}

/** The codec to ask a publisher for: Opus; H.264 baseline in packetization mode 1, else VP8. */
export function chooseCodec(media: SdpMedia): SdpCodec | null {
  if (media.type === 'audio') return media.codecs.find((each) => each.name === 'opus') ?? null;
  if (media.type !== 'video') return null;
  const h264 = media.codecs.filter(
    (each) =>
      each.name === 'h264' &&
      /packetization-mode=1/.test(each.parameters) &&
      /profile-level-id=42/i.test(each.parameters),
  );
  return (
    h264.find((each) => /profile-level-id=42e0/i.test(each.parameters)) ??
    h264[0] ??
    media.codecs.find((each) => each.name === 'vp8') ??
    null
  );
}

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
