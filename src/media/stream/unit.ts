/**
 * Timed units, what every protocol of the media floor is translated to and from. Times are ms of one clock for audio
 * and video. Buffers are shared between readers and never written to.
 */
export type MediaUnit = ConfigUnit | VideoUnit | AudioUnit | DiscontinuityUnit;

export interface ConfigUnit {
  kind: 'video-config' | 'audio-config';
  dtsMs: number;
  /** AVCDecoderConfigurationRecord with 4-byte lengths, or AudioSpecificConfig. */
  config: Buffer;
}

export interface VideoUnit {
  kind: 'video';
  dtsMs: number;
  ptsMs: number;
  keyframe: boolean;
  /** One access unit of NAL units with 4-byte lengths. */
  data: Buffer;
}

export interface AudioUnit {
  kind: 'audio';
  dtsMs: number;
  /** One raw AAC frame. */
  data: Buffer;
}

/** Another encoder's units, with other configurations, follow: players have to finish what they hold. */
export interface DiscontinuityUnit {
  kind: 'discontinuity';
  dtsMs: number;
  /** Where the sound changes: its AudioSpecificConfig before and after. */
  sound?: { before: Buffer; after: Buffer };
}

export type MediaFrame = VideoUnit | AudioUnit;

export function isFrame(unit: MediaUnit): unit is MediaFrame {
  return unit.kind === 'video' || unit.kind === 'audio';
}
