export interface HlsLimits {
  /** A segment ends at the first keyframe after this time, ms. */
  segmentMs: number;
  /** A segment ends after this time even without a keyframe, ms. */
  maxSegmentMs: number;
  maxSegmentBytes: number;
  /** A part ends at the first picture after this time, ms: 85 % of `partTargetMs`. */
  partMs: number;
  /** PART-TARGET, ms. It rises where pictures are further apart than that. */
  partTargetMs: number;
  /** The longest part, ms, even where frames are missing. */
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
  partMs: 255,
  partTargetMs: 300,
  maxPartMs: 1000,
  windowMs: 12_000,
  windowBytes: 24 << 20,
  blockMs: 1200,
  firstMs: 4000,
  viewerMs: 6000,
  maxViewers: 20_000,
};

/** How far behind the end of the playlist players stay (RFC 8216bis, 4.4.3.8: PART-HOLD-BACK), in part targets. */
export const HOLD_BACK_PARTS = 3;
