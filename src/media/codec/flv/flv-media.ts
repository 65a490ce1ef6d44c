/** A video body; a codec other than H.264 comes out as `other`, so that the caller can refuse it by name. */
export type FlvVideo =
  | { kind: 'config'; config: Buffer }
  | { kind: 'frame'; keyframe: boolean; compositionMs: number; data: Buffer }
  | { kind: 'end' }
  | { kind: 'other'; codec: string };

export type FlvAudio =
  { kind: 'config'; config: Buffer } | { kind: 'frame'; data: Buffer } | { kind: 'other'; codec: string };
