import type { Layout, MixOutput } from '../contracts';

/** Seats of a co-hosting, the host's included, at most. */
export const MAX_SEATS = 16;

/** Settings of a channel until somebody changes them. */
export const CHANNEL_DEFAULTS: { layout: Layout; output: MixOutput; seatLimit: number } = {
  layout: { kind: 'grid', fit: 'crop', background: '#101418' },
  output: { width: 1280, height: 720, fps: 25, gop: 50, videoBitrate: 1_500_000, audioBitrate: 128_000 },
  seatLimit: 9,
};
