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

/** Bytes of one picture; a larger one is given up. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Puts the pictures of one stream together again from packets in order. */
export abstract class Depacketizer {
  /** Something is wrong with the picture that was begun. */
  protected broken = false;
  private parts: Buffer[] = [];
  private bytes = 0;
  private timestamp: number | null = null;
  /** What comes next may be the rest of a picture whose beginning is lost. */
  private afterHole = false;

  /** Pictures that this packet completes: none, one, or two when the end of the one before was not marked. */
  push({ timestamp, marker, payload }: DepacketizerInput): AccessUnit[] {
    const units: AccessUnit[] = [];
    if (this.timestamp !== null && timestamp !== this.timestamp) this.finish(this.timestamp, units);
    this.timestamp = timestamp;
    if (payload.length > 0) this.take(payload);
    if (marker) this.finish(timestamp, units);
    return units;
  }

  /** Packets are missing before the next one: what was begun is given up, and so is a picture without its beginning. */
  reset(): void {
    this.clear();
    this.afterHole = true;
  }

  protected clear(): void {
    this.parts = [];
    this.bytes = 0;
    this.timestamp = null;
    this.broken = false;
  }

  protected abstract takePayload(payload: Buffer): void;
  /** Whether the packet is the first of a picture for certain; of pictures that aren't keyframes it needn't be known. */
  protected abstract begins(payload: Buffer): boolean;
  /** Whether a picture that is complete is a keyframe. */
  protected abstract isKeyframe(data: Buffer): boolean;

  protected get empty(): boolean {
    return this.parts.length === 0;
  }

  /** Not `broken`, and nothing of it is still to come. */
  protected get whole(): boolean {
    return !this.broken;
  }

  protected add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes > MAX_BYTES) this.broken = true;
    else this.parts.push(part);
  }

  private take(payload: Buffer): void {
    if (this.afterHole && !this.begins(payload)) this.broken = true;
    this.afterHole = false;
    this.takePayload(payload);
  }

  private finish(timestamp: number, units: AccessUnit[]): void {
    if (!this.whole) units.push({ timestamp, keyframe: false, data: null });
    else if (!this.empty) {
      const data = Buffer.concat(this.parts);
      units.push({ timestamp, keyframe: this.isKeyframe(data), data });
    }
    this.clear();
  }
}
