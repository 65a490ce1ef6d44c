/** RTMP messages (Adobe RTMP 1.0 specification, sections 5.4, 6.2 and 7.1). */

export const MSG = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  data: 18,
  command: 20,
  aggregate: 22,
} as const;

/** User control event types (7.1.7). */
export const EVENT = { streamBegin: 0, streamEof: 1, pingRequest: 6, pingResponse: 7 } as const;

/** Chunk stream ids we send on: control must use 2, the others are free (5.3.1.1). */
export const CSID = { control: 2, command: 3, data: 5, audio: 4, video: 6 } as const;

export interface RtmpMessage {
  type: number;
  /** Message stream id, 0 for the connection itself. */
  streamId: number;
  /** ms, 32 bits. */
  timestampMs: number;
  payload: Buffer;
}

/** The peer broke the protocol or one of our limits: its connection is closed, nothing else. */
export class RtmpProtocolError extends Error {}

/** The server is this very system. */
export class RtmpLoopError extends Error {
  readonly code = 'RELAY_LOOP';

  constructor() {
    super('the address leads back to this system');
  }
}

/** The server refused to let us publish. `code` is the NetStream/NetConnection status code, when it gave one. */
export class RtmpRefusedError extends Error {
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(`publishing was refused: ${code}${detail ? ` (${detail})` : ''}`);
  }
}
