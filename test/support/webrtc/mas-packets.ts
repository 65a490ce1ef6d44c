/** Packets, publications and a sink for tests of what MAS does between them. */
import { parseRtcp, type SenderReport } from '../../../src/media/codec/rtp/rtcp';
import { parseRtp, type RtpPacket } from '../../../src/media/codec/rtp/rtp';
import type { MasKind } from '../../../src/contracts';
import type { RtpCodec } from '../../../src/media/webrtc/codecs';
import { PublisherClock, Publication } from '../../../src/media/webrtc/receive/publication';
import type { PacketSink } from '../../../src/media/webrtc/send/stream-writer';

/** First packet of a keyframe in H.264, and of another picture. */
export const KEY = Buffer.from('67420014', 'hex');
export const DELTA = Buffer.from('4101', 'hex');

/** A packet that is a picture by itself. */
export function rtp(sequenceNumber: number, timestamp: number, payload = DELTA, ssrc = 1): RtpPacket {
  const extension = { profile: 0xbede, data: Buffer.alloc(4) };
  return {
    marker: true,
    payloadType: 99,
    sequenceNumber,
    timestamp,
    ssrc,
    csrcs: [5],
    extension,
    padding: 0,
    payload,
  };
}

export function publish(
  kind: MasKind = 'video',
  feedback: string[] = [],
  codec: RtpCodec = kind === 'audio' ? 'opus' : 'h264',
): Publication {
  return new Publication(
    kind,
    codec,
    new PublisherClock(),
    (packets) => feedback.push(...packets.map((packet) => packet.type)),
    () => {},
  );
}

/** Keeps what a writer sends. */
export class Sink implements PacketSink {
  readonly rtp: RtpPacket[] = [];
  readonly reports: SenderReport[] = [];
  up = true;
  sendRtp(packet: Buffer): boolean {
    if (this.up) this.rtp.push(parseRtp(Buffer.from(packet))!);
    return this.up;
  }
  sendRtcp(packet: Buffer): boolean {
    this.reports.push(...parseRtcp(packet)!.filter((each) => each.type === 'sr'));
    return true;
  }
  get numbers(): number[] {
    return this.rtp.map((packet) => packet.sequenceNumber);
  }
}
