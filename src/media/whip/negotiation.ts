import { parseSdp, SdpError, type SdpCodec, type SdpDescription, type SdpMedia } from '../codec/rtp/sdp';

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

/** profile_idc of constrained baseline and baseline, main, and high: what stock players decode. */
const PROFILE = /profile-level-id=(42|4d|64)/i;

/** What is wanted of Opus (RFC 7587 §6.1): music in stereo too, which browsers send only when asked. */
const OPUS_PARAMETERS = 'minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=96000';

/**
 * The codec to receive on an m-line: H.264 in packetization mode 1 and Opus, in the publisher's own order. Null: it
 * offers neither, or doesn't want to send.
 */
export function chooseWhipCodec({ type, direction, codecs }: SdpMedia): SdpCodec | null {
  if (direction !== 'sendonly' && direction !== 'sendrecv') return null;
  if (type === 'audio') {
    const opus = codecs.find(({ name }) => name === 'opus');
    return opus ? { ...opus, parameters: OPUS_PARAMETERS } : null;
  }
  if (type !== 'video') return null;
  return codecs.find(({ name, parameters }) => name === 'h264' && isPlayable(parameters)) ?? null;
}

function isPlayable(parameters: string): boolean {
  return /packetization-mode=1/.test(parameters) && PROFILE.test(parameters);
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
  const sent = offered.filter(({ direction }) => direction === 'sendonly' || direction === 'sendrecv');
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
  const wanted = type === 'video' ? 'H.264 (baseline, main or high) in packetization mode 1' : 'Opus';
  return new WhipRefusal(422, 'codec_unsupported', `The ${type} must be offered as ${wanted}.`);
}
