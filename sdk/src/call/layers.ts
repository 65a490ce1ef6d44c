/** How a camera is sent: in several sizes at once, so that everybody gets the one they show. */

/** From this height on, pixels, a camera is sent in `count` layers; each has half the width and height of the next. */
const LAYERS = [
  { height: 720, count: 3 },
  { height: 360, count: 2 },
];
const IDS = ['l', 'm', 'h'];
/** bit/s of a layer below which its picture is not worth sending. */
const LEAST_BITRATE = 80_000;

/**
 * Encodings for `addTransceiver`, the smallest first; null where one is enough, or the camera's size isn't known.
 * @param maxBitrate bit/s of the largest
 */
export function simulcastEncodings(
  track: MediaStreamTrack | null,
  maxBitrate: number,
): RTCRtpEncodingParameters[] | null {
  const { width = 0, height = 0 } = track?.getSettings() ?? {};
  const count = LAYERS.find((each) => Math.min(width, height) >= each.height)?.count ?? 1;
  if (count === 1) return null;
  return Array.from({ length: count }, (_, index) => {
    const halvings = count - 1 - index;
    return {
      rid: IDS[index]!,
      scaleResolutionDownBy: 2 ** halvings,
      // A smaller picture has more detail to a pixel.
      maxBitrate: Math.max(LEAST_BITRATE, Math.round(maxBitrate / 3 ** halvings)),
    };
  });
}
