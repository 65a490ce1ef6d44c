const PROFILE = /profile-level-id=(42|4d|64)/i;
/** The cheapest to encode, and what every browser has. */
const CONSTRAINED_BASELINE = /profile-level-id=42e0/i;

/** What the live side takes for a picture: H.264 in packetization mode 1, constrained baseline first. */
export function h264Only<C extends { mimeType: string; sdpFmtpLine?: string }>(all: readonly C[]): C[] {
  const fitting = all.filter(
    ({ mimeType, sdpFmtpLine = '' }) =>
      mimeType.toLowerCase() === 'video/h264' &&
      sdpFmtpLine.includes('packetization-mode=1') &&
      PROFILE.test(sdpFmtpLine),
  );
  const rank = ({ sdpFmtpLine = '' }: C) => (CONSTRAINED_BASELINE.test(sdpFmtpLine) ? 0 : 1);
  return fitting.sort((a, b) => rank(a) - rank(b));
}
