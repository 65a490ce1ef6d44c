/** A publication on its way into one outgoing stream: the present one, or the layer that is to take its place. */
import type { ClockReading, MediaPacket } from '../media-packet';
import type { Publication, PublicationReader } from '../receive/publication';

export interface SubscriptionReader {
  /** Whether it can't go on (or over) without a keyframe of that subscription. */
  waitsFor(subscription: Subscription): boolean;
  receive(subscription: Subscription, packet: MediaPacket, now: number): void;
  clock(subscription: Subscription, reading: ClockReading): void;
  restarted(subscription: Subscription): void;
}

export class Subscription implements PublicationReader {
  /** Number of the latest packet that a decoder can start at, and when it came, ms; -1 for none. */
  start = -1;
  startedAt = 0;

  /** Begins at once. */
  constructor(
    readonly publication: Publication,
    private readonly reader: SubscriptionReader,
  ) {
    publication.addReader(this);
  }

  get waiting(): boolean {
    return this.reader.waitsFor(this);
  }

  /** All packets of the picture at `start` are here. */
  get keyframeWhole(): boolean {
    const { history, newest } = this.publication;
    for (let sequence = this.start; sequence <= newest; sequence++) {
      const packet = history.get(sequence);
      if (!packet) return false;
      if (packet.marker) return true;
    }
    return false;
  }

  write(packet: MediaPacket, now: number): void {
    // A keyframe may have come late: the latest is the one to begin at.
    if (packet.start && packet.sequence > this.start) {
      this.start = packet.sequence;
      this.startedAt = now;
    }
    this.reader.receive(this, packet, now);
  }

  clock(reading: ClockReading): void {
    this.reader.clock(this, reading);
  }

  restart(): void {
    this.start = -1;
    this.reader.restarted(this);
  }

  end(): void {
    this.publication.removeReader(this);
  }
}
