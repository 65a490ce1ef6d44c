/** The m-lines of a publisher that bring something, and which of them a packet belongs to (RFC 9143 §9.2). */
import { oneByteExtension, type RtpPacket } from '../../codec/rtp/rtp';
import type { MasSource } from '../../../contracts';
import type { PublishedTrack } from './published-track';

export interface Line {
  mid: string;
  source: MasSource;
  payloadType: number;
  /** SSRCs that the offer names for it; those of simulcast layers aren't named. */
  ssrcs: readonly number[];
  midExtensionId: number | null;
  track: PublishedTrack;
}

export class LineTable {
  private lines: readonly Line[] = [];
  private readonly byPayloadType = new Map<number, Line[]>();

  get all(): readonly Line[] {
    return this.lines;
  }

  /** In place of those there were. */
  set(lines: readonly Line[]): void {
    this.lines = lines;
    this.byPayloadType.clear();
    for (const line of lines) {
      const before = this.byPayloadType.get(line.payloadType) ?? [];
      this.byPayloadType.set(line.payloadType, [...before, line]);
    }
  }

  /** Undefined: nothing says that it belongs to one. */
  find(packet: RtpPacket): Line | undefined {
    const lines = this.byPayloadType.get(packet.payloadType);
    // A camera and a screen in the same codec have the same payload type.
    return !lines || lines.length === 1 ? lines?.[0] : tellApart(lines, packet);
  }
}

/** Browsers name the m-line in their first packets, until a report has reached them. */
function tellApart(lines: readonly Line[], packet: RtpPacket): Line | undefined {
  const named = lines.find(({ mid, midExtensionId }) => midOf(packet, midExtensionId) === mid);
  return (
    named ??
    lines.find(({ track }) => track.layers.some(({ ssrc }) => ssrc === packet.ssrc)) ??
    lines.find(({ ssrcs }) => ssrcs.includes(packet.ssrc))
  );
}

function midOf(packet: RtpPacket, extensionId: number | null): string | undefined {
  if (extensionId === null) return undefined;
  return oneByteExtension(packet.extension, extensionId)?.toString('latin1');
}
