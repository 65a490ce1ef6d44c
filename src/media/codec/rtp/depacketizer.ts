/** One picture as it came out of RTP. */
export interface AccessUnit {
  /** RTP timestamp, 90 kHz. */
  timestamp: number;
  keyframe: boolean;
  /** As the decoder wants it (H.264: Annex B). null: the picture was damaged and is given up. */
  data: Buffer | null;
}

export interface DepacketizerInput {
  timestamp: number;
  marker: boolean;
  payload: Buffer;
}

/** Puts the pictures of one stream together again from packets in order. */
export interface Depacketizer {
  /** Pictures that this packet completes: none, one, or two when the end of the one before was not marked. */
  push(packet: DepacketizerInput): AccessUnit[];
  /** Packets are missing before the next one: what was begun is given up. */
  reset(): void;
}
