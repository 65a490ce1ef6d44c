import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PlayGrant } from '../../contract';

const NONCE_BYTES = 8;
const MAC_BYTES = 12;
/** A name of 12 letters in base64url. */
const VIEWER_BYTES = 9;
const VISIT_BYTES = 4;
/** Of who came without a share link. */
const NO_VISIT = 2 ** 32 - 1;
const VIEWER_AT = 4 + NONCE_BYTES;
const VISIT_AT = VIEWER_AT + VIEWER_BYTES;
const HEAD_BYTES = VISIT_AT + VISIT_BYTES;
const ID_BYTES = HEAD_BYTES + MAC_BYTES;
/** A player that has paused may come back with its session for this long, ms; one that goes on asking keeps it. */
const REVIVAL_MS = 3_600_000;

/**
 * Viewers' session ids. They stand for the play token in the addresses of a media playlist, so that the token isn't
 * repeated there. Ids aren't stored: each carries the time it was issued, its viewer's name and visit, and a MAC over all
 * of it and its channel.
 */
export class SessionIds {
  private readonly key = randomBytes(32);

  constructor(private readonly now: () => number = Date.now) {}

  /**
   * @param scope the channel, and the generation of its play tokens
   * @param grant whose play token it stands for
   */
  issue(scope: string, { viewer = '', visit = NO_VISIT }: Pick<PlayGrant, 'viewer' | 'visit'> = {}): string {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32BE(Math.floor(this.now() / 1000));
    randomBytes(NONCE_BYTES).copy(head, 4);
    head.write(viewer, VIEWER_AT, VIEWER_BYTES, 'base64url');
    head.writeUInt32BE(visit, VISIT_AT);
    return Buffer.concat([head, this.mac(scope, head)]).toString('base64url');
  }

  /** Was it issued here, for this scope, and lately? @param isKnown it is in use, so its age doesn't count */
  verify(scope: string, id: string, isKnown = false): boolean {
    const bytes = Buffer.from(id, 'base64url');
    if (bytes.length !== ID_BYTES || bytes.toString('base64url') !== id) return false;
    const head = bytes.subarray(0, -MAC_BYTES);
    if (!timingSafeEqual(bytes.subarray(-MAC_BYTES), this.mac(scope, head))) return false;
    return isKnown || this.now() - head.readUInt32BE(0) * 1000 < REVIVAL_MS;
  }

  /** Whose session it is. @param id one that was verified */
  grantOf(id: string): Pick<PlayGrant, 'viewer' | 'visit'> {
    const bytes = Buffer.from(id, 'base64url');
    const visit = bytes.readUInt32BE(VISIT_AT);
    return {
      viewer: bytes.toString('base64url', VIEWER_AT, VISIT_AT),
      ...(visit !== NO_VISIT && { visit }),
    };
  }

  private mac(scope: string, head: Buffer): Buffer {
    return createHmac('sha256', this.key).update(head).update(scope).digest().subarray(0, MAC_BYTES);
  }
}

/** The viewers of a channel: sessions by when they asked last. */
export class Viewers {
  /** In the order of their last request: those silent for longest come first. */
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly max: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  has(id: string): boolean {
    return this.asked.has(id);
  }

  touch(id: string): void {
    const known = this.asked.delete(id);
    if (known || this.asked.size < this.max) this.asked.set(id, this.now());
  }

  /** How many have asked in the last `ms`; the others are forgotten. */
  count(ms: number): number {
    const since = this.now() - ms;
    for (const [id, at] of this.asked) {
      if (at >= since) break;
      this.asked.delete(id);
    }
    return this.asked.size;
  }
}
