/** Which kinds of video a browser is to send. Browsers write the parameters of H.264 in any order. */

import type { Platform } from '../platform';

interface Codec {
  mimeType: string;
  sdpFmtpLine?: string;
}

const PROFILE = /profile-level-id=(42|4d|64)/i;
const BASELINE = /profile-level-id=42/i;
/** The cheapest to encode, and what every browser has. */
const CONSTRAINED_BASELINE = /profile-level-id=42[ce]0/i;

/** What the live side takes for a picture: H.264 in packetization mode 1, constrained baseline first. */
export function h264Only<C extends Codec>(all: readonly C[]): C[] {
  return ranked(all, (codec) => {
    if (!isFragmentedH264(codec, PROFILE)) return null;
    return CONSTRAINED_BASELINE.test(codec.sdpFmtpLine ?? '') ? 0 : 1;
  });
}

/** What a call takes: H.264 baseline, which the mixer and the live side take untouched, then VP8. */
export function callCodecs<C extends Codec>(all: readonly C[]): C[] {
  return ranked(all, (codec) => {
    if (isFragmentedH264(codec, BASELINE)) return CONSTRAINED_BASELINE.test(codec.sdpFmtpLine ?? '') ? 0 : 1;
    return codec.mimeType.toLowerCase() === 'video/vp8' ? 2 : null;
  });
}

/** Lets a camera or a screen be sent in these alone, where the device says what it has and any of them is among it. */
export function preferCodecs(
  transceiver: Pick<RTCRtpTransceiver, 'setCodecPreferences'>,
  { RTCRtpSender: sender }: Pick<Platform, 'RTCRtpSender'>,
  choose: typeof callCodecs,
): void {
  const codecs = choose(sender?.getCapabilities('video')?.codecs ?? []);
  if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
}

/**
 * Whether others' H.264 can be shown. An offer tells: a Firefox that has just been installed fetches H.264 some minutes
 * later, and may list it among its capabilities before.
 */
export async function canShowH264(): Promise<boolean> {
  const pc = new RTCPeerConnection();
  try {
    pc.addTransceiver('video', { direction: 'recvonly' });
    const { sdp = '' } = await pc.createOffer();
    return /^a=rtpmap:\d+ H264\//im.test(sdp);
  } finally {
    pc.close();
  }
}

function isFragmentedH264({ mimeType, sdpFmtpLine = '' }: Codec, profile: RegExp): boolean {
  const isH264 = mimeType.toLowerCase() === 'video/h264';
  return isH264 && sdpFmtpLine.includes('packetization-mode=1') && profile.test(sdpFmtpLine);
}

/** Those with a rank, the lowest first; of one rank in their own order. */
function ranked<C>(all: readonly C[], rank: (codec: C) => number | null): C[] {
  return all
    .map((codec) => ({ codec, rank: rank(codec) }))
    .filter((each): each is { codec: C; rank: number } => each.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ codec }) => codec);
}
