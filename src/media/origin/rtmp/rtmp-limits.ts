/** Everything that comes in over RTMP is bounded. */
export interface RtmpLimits {
  handshakeTimeoutMs: number;
  /** From connecting to publishing or playing. */
  setupTimeoutMs: number;
  /** A publisher that sends nothing for this long is closed. */
  idleTimeoutMs: number;
  maxConnections: number;
  maxChunkStreams: number;
  /** Bytes of a message of a peer that isn't a granted publisher. */
  maxCommandBytes: number;
  /** Bytes of a message of a granted publisher. */
  maxMediaBytes: number;
}

export const RTMP_LIMITS: RtmpLimits = {
  handshakeTimeoutMs: 5000,
  setupTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  maxConnections: 5000,
  maxChunkStreams: 32,
  maxCommandBytes: 64 << 10,
  maxMediaBytes: 8 << 20,
};
