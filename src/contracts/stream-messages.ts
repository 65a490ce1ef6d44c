import type { VideoSource } from './layout';

/**
 * What a stream says beside its pictures: user data unregistered SEI (ITU-T H.264, D.1.7) with UUID
 * 4c69616e-6d61-4973-a573-7472656d6d73 and one of these as JSON in UTF-8, before the slices of the picture for which it holds. FLV, HLS,
 * RTMP and relays carry it; mpegts.js tells of it by `SEI_ARRIVED`.
 */
export type StreamMessage = MixStreamMessage | EventStreamMessage;

/** Of a server's mix, once a second, and with the first picture of another layout or other seats. */
export interface MixStreamMessage {
  type: 'mix';
  /** Media time of the picture since the mix began, ms. */
  ms: number;
  /** Of the canvas, pixels. */
  width: number;
  height: number;
  tiles: {
    userId: string;
    /** Which of the user's pictures. */
    source: VideoSource;
    name: string;
    /** Where the picture is, pixels; later ones lie over earlier ones. */
    x: number;
    y: number;
    width: number;
    height: number;
    /** Loudness just now, 0 .. 1 (root mean square). */
    level: number;
  }[];
}

/** Of POST /v1/channels/:id/events. A picture may come twice (players begin with the last ones), its `id` tells. */
export interface EventStreamMessage {
  type: 'event';
  id: string;
  name: string;
  data: Record<string, unknown>;
}

/** POST /v1/channels/:id/events (host, admin): rides in the picture that is on the air then. */
export interface ChannelEventCreate {
  /** Which kind of event it is, e.g. `gift`: letters, digits, `.`, `:`, `_` and `-`. */
  name: string;
  /** Up to 4,096 bytes as JSON. */
  data: Record<string, unknown>;
}
export interface ChannelEventView {
  id: string;
}
