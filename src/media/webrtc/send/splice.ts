/**
 * Where a publication was joined into an outgoing stream, and how its packets are numbered there from that packet on.
 * It says the same of a packet however often it is asked, so a packet that is sent again is the one that was lost.
 */
import { continueVp8, NO_SHIFT, type Vp8Shift } from '../../codec/vp8/vp8-descriptor';
import type { MediaPacket } from '../media-packet';
import type { Publication } from '../receive/publication';

export class Splice {
  /** With another SSRC the publication's numbers began anew, and mean other packets. */
  private readonly ssrc: number | null;
  /** For VP8's counters. */
  readonly shift: Readonly<Vp8Shift>;

  constructor(
    readonly publication: Publication,
    /** The first packet that was sent. */
    readonly first: MediaPacket,
    /** Added to unwrapped numbers. */
    readonly sequenceOffset: number,
    /** Added to timestamps, modulo 2^32. */
    readonly timestampOffset: number,
    /** The last packet that was sent before, and how; null for none. */
    before: { packet: MediaPacket; splice: Splice } | null,
  ) {
    this.ssrc = publication.ssrc;
    this.shift = before ? shiftAfter(before.packet, before.splice, publication, first) : NO_SHIFT;
  }

  /** The packet with this unwrapped number of the outgoing stream, if it is of this publication and still there. */
  find(sequence: number): MediaPacket | undefined {
    const original = sequence - this.sequenceOffset;
    const { history, ssrc } = this.publication;
    return original >= this.first.sequence && ssrc === this.ssrc ? history.get(original) : undefined;
  }

  timestamp(packet: MediaPacket): number {
    return (packet.timestamp + this.timestampOffset) >>> 0;
  }
}

function shiftAfter(
  last: MediaPacket,
  before: Splice,
  to: Publication,
  first: MediaPacket,
): Readonly<Vp8Shift> {
  const both = before.publication.codec === 'vp8' && to.codec === 'vp8';
  return both ? continueVp8(last.payload, before.shift, first.payload) : NO_SHIFT;
}
