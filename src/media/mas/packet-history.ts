/** The last packets of a stream, for answering NACKs. */
import type { MediaPacket } from './media-packet';

const SIZE = 512;

export class PacketHistory {
  private readonly ring: (MediaPacket | undefined)[] = new Array<MediaPacket | undefined>(SIZE);

  put(packet: MediaPacket): void {
    this.ring[packet.sequence % SIZE] = packet;
  }

  /** The packet with that unwrapped sequence number, if it is still here. */
  get(sequence: number): MediaPacket | undefined {
    const packet = sequence >= 0 ? this.ring[sequence % SIZE] : undefined;
    return packet?.sequence === sequence ? packet : undefined;
  }

  clear(): void {
    this.ring.fill(undefined);
  }
}
