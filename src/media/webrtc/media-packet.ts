/** What is left of a publisher's RTP packet on its way through the router: no extensions, CSRCs or padding. */
export interface MediaPacket {
  /** Unwrapped; padding-only packets are counted out, so that receivers see no gaps where they were. */
  sequence: number;
  /** 32 bits, publisher's clock. */
  timestamp: number;
  marker: boolean;
  payload: Buffer;
  /** A decoder can start here. */
  start: boolean;
}

/** Where the publisher's clock stood at an instant: NTP time as Unix ms of this node, and RTP timestamp. */
export interface ClockReading {
  ntpMs: number;
  timestamp: number;
}
