export interface HlsLimits {
  /** A segment ends at the first keyframe after this time, ms. */
  segmentMs: number;
  /** A segment ends after this time even without a keyframe, ms. */
  maxSegmentMs: number;
  maxSegmentBytes: number;
  /** A picture that has been missing for this long is waited for no longer, ms. No part is longer. */
  maxPartMs: number;
  /** Media kept behind the live edge, ms; at least three segments. */
  windowMs: number;
  /** Bytes of media kept for a channel, the segment under way left out. */
  windowBytes: number;
  /** A request that waits for media is answered after this time with what there is, ms: hls.js gives up after 1.6 s. */
  blockMs: number;
  /** A request for a channel that isn't packed yet waits this long for its beginning, ms. */
  firstMs: number;
  /** A viewer that hasn't asked for this long (or for three target durations) has gone, ms. */
  viewerMs: number;
  /** Viewers that are counted per channel; further ones are served too. */
  maxViewers: number;
}

export const HLS_LIMITS: HlsLimits = {
  segmentMs: 1600,
  maxSegmentMs: 20_000,
  maxSegmentBytes: 16 << 20,
  maxPartMs: 1000,
  windowMs: 12_000,
  windowBytes: 24 << 20,
  blockMs: 1200,
  firstMs: 4000,
  viewerMs: 6000,
  maxViewers: 20_000,
};

/** Of a part target: parts last no less, but for the last of a segment (RFC 8216bis, 4.4.4.9). */
export const SHORTEST_PART = 0.85;

/** How far behind the end of the playlist players stay (RFC 8216bis, 4.4.3.8: PART-HOLD-BACK), in part targets. */
export const HOLD_BACK_PARTS = 3;
