/** Contract with the process that makes small pictures of keyframes: messages over the fork's IPC channel. */

export interface SnapshotOrder {
  /** One access unit of H.264, Annex B with its parameter sets. */
  keyframe: Uint8Array;
  /** At most, pixels. */
  width: number;
}

/** Answer to one SnapshotOrder; there is one for each, in order. */
export type SnapshotReport = { jpeg: Uint8Array } | { error: string };
