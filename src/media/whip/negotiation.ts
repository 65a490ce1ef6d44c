import { isPlayableProfile } from '../codec/h264/h264-parameters';
import { parseSdp, SdpError, type SdpCodec, type SdpDescription, type SdpMedia } from '../codec/rtp/sdp';
import { offeredH264 } from '../webrtc/codecs';

/** Why a request is refused: HTTP status, stable code, and a sentence for the developer of the publisher. */
export class WhipRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** What is wanted of Opus (RFC 7587 §6.1): music in stereo too, which browsers send only when asked. */
const OPUS_PARAMETERS = 'minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=96000';

/**
 * The codec to receive on an m-line: H.264 and Opus, in the publisher's own order, packetization mode 1 before 0. Null:
 * it offers neither, or doesn't want to send.
 */
export function chooseWhipCodec(media: SdpMedia): SdpCodec | null {
  const { type, codecs } = media;
  if (!sends(media)) return null;
  if (type === 'audio') {
    const opus = codecs.find(({ name }) => name === 'opus');
    return opus ? { ...opus, parameters: OPUS_PARAMETERS } : null;
  }
  if (type !== 'video') return null;
  const playable = offeredH264(media).filter(({ is }) => isPlayableProfile(is));
  return (playable.find(({ is }) => is.packetizationMode === 1) ?? playable[0])?.codec ?? null;
}

function sends({ direction }: SdpMedia): boolean {
  return direction === 'sendonly' || direction === 'sendrecv';
}

/**
 * Checks whether an offer can be answered.
 * @throws WhipRefusal 400 sdp_invalid, 422 nothing_offered, 422 codec_unsupported (also when only one of sound and
 * picture is: the publisher would think that both are on the air)
 */
export function checkOffer(sdp: string): SdpDescription {
  const offer = parse(sdp);
  const offered = offer.media.filter(
    ({ type, rejected }) => !rejected && (type === 'audio' || type === 'video'),
  );
  const sent = offered.filter(sends);
  if (sent.length === 0)
    throw new WhipRefusal(422, 'nothing_offered', 'The offer sends neither sound nor picture.');
  for (const type of ['video', 'audio']) {
    const lines = sent.filter((media) => media.type === type);
    if (lines.length > 0 && !lines.some(chooseWhipCodec)) throw unsupported(type);
  }
  return offer;
}

function parse(sdp: string): SdpDescription {
  try {
    return parseSdp(sdp);
  } catch (error) {
    if (error instanceof SdpError) throw new WhipRefusal(400, 'sdp_invalid', `Bad SDP: ${error.message}.`);
    throw error;
  }
}

function unsupported(type: string): WhipRefusal {
  const wanted = type === 'video' ? 'H.264 (baseline, main or high) in packetization mode 0 or 1' : 'Opus';
  return new WhipRefusal(422, 'codec_unsupported', `The ${type} must be offered as ${wanted}.`);
}
