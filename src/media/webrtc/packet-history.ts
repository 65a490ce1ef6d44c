/** The last packets of a stream, for answering NACKs. */
import type { MediaPacket } from './media-packet';

/** Packets it holds. */
export const HISTORY = 512;

export class PacketHistory {
  private readonly ring: (MediaPacket | undefined)[] = new Array<MediaPacket | undefined>(HISTORY);

  put(packet: MediaPacket): void {
    this.ring[packet.sequence % HISTORY] = packet;
  }

  /** The packet with that unwrapped sequence number, if it is still here. */
  get(sequence: number): MediaPacket | undefined {
    const packet = sequence >= 0 ? this.ring[sequence % HISTORY] : undefined;
    return packet?.sequence === sequence ? packet : undefined;
  }

  clear(): void {
    this.ring.fill(undefined);
  }
}
