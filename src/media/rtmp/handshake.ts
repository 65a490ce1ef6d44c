import { randomBytes } from 'node:crypto';
import { RtmpProtocolError } from './message';

/** Bytes of C1, S1, C2 and S2 (RTMP 1.0, 5.2). */
const SIZE = 1536;
const VERSION = 3;

/**
 * The simple handshake (RTMP 1.0, 5.2) from either side. Zeros in the version field of C1/S1 tell the peers that know
 * the digest variant that this side doesn't.
 */
export class Handshake {
  private rest: Buffer = Buffer.alloc(0);
  private answered = false;

  constructor(
    private readonly side: 'client' | 'server',
    private readonly send: (bytes: Buffer) => void,
  ) {
    if (side === 'client') send(hello());
  }

  /**
   * @returns null while the handshake goes on, then the bytes that follow it.
   * @throws RtmpProtocolError when the peer speaks something else.
   */
  push(data: Buffer): Buffer | null {
    this.rest = Buffer.concat([this.rest, data]);
    if (this.rest.length > 0 && this.rest[0] !== VERSION)
      throw new RtmpProtocolError('not an RTMP handshake');
    if (!this.answered && this.rest.length >= 1 + SIZE) {
      const echo = this.rest.subarray(1, 1 + SIZE);
      this.send(this.side === 'client' ? echo : Buffer.concat([hello(), echo]));
      this.answered = true;
    }
    const total = 1 + SIZE + SIZE;
    return this.rest.length >= total ? this.rest.subarray(total) : null;
  }
}

function hello(): Buffer {
  const bytes = Buffer.alloc(1 + SIZE);
  bytes[0] = VERSION;
  randomBytes(SIZE - 8).copy(bytes, 9);
  return bytes;
}
