/** Fragmented MP4 (CMAF, as HLS carries it): what tells players how to decode, and the media in fragments. */

export { initSegment, type Fmp4Audio, type Fmp4Tracks, type Fmp4Video } from './fmp4-init';
export { fragment, type Fmp4Run, type Fmp4Sample } from './fmp4-fragment';

/** Ticks per second of the video track: a millisecond is a whole number of them. */
export const VIDEO_TIMESCALE = 90_000;
export const VIDEO_TRACK_ID = 1;
export const AUDIO_TRACK_ID = 2;
