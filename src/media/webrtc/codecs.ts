/** The codecs that are routed: how they are negotiated, and with which payload types they are sent. */
import {
  isBaseline,
  isConstrainedBaseline,
  parseH264Parameters,
  type H264Parameters,
} from '../codec/h264/h264-parameters';
import type { SdpCodec, SdpMedia } from '../codec/rtp/sdp';

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

/**
 * The codec to ask a publisher for: Opus; H.264 baseline in packetization mode 1, constrained if there is a choice, else
 * VP8, else H.264 in packetization mode 0.
 */
export function chooseCodec(media: SdpMedia): SdpCodec | null {
  if (media.type === 'audio') return media.codecs.find((each) => each.name === 'opus') ?? null;
  if (media.type !== 'video') return null;
  const h264 = offeredH264(media).filter(({ is }) => isBaseline(is));
  const fragmented = h264.filter(({ is }) => is.packetizationMode === 1);
  const best = fragmented.find(({ is }) => isConstrainedBaseline(is)) ?? fragmented[0];
  const vp8 = media.codecs.find((each) => each.name === 'vp8');
  return best?.codec ?? vp8 ?? h264[0]?.codec ?? null;
}

/** The kinds of H.264 on an m-line that can be received: packetization modes 0 and 1. In the order of the offer. */
export function offeredH264(media: SdpMedia): { codec: SdpCodec; is: H264Parameters }[] {
  return media.codecs.flatMap((each) => {
    const is = each.name === 'h264' ? parseH264Parameters(each.parameters) : null;
    return is && is.packetizationMode <= 1 ? [{ codec: each, is }] : [];
  });
}
