import type { RtcpPacket } from '../../codec/rtp/rtcp';
import type { StreamWriter } from './stream-writer';

/** Hands a receiver's NACK, PLI and FIR to the streams they are about, by SSRC. */
export function applyFeedback(packet: RtcpPacket, writers: ReadonlyMap<number, StreamWriter>): void {
  if (packet.type === 'nack')
    writers.get(packet.mediaSsrc)?.resend(packet.sequenceNumbers, performance.now());
  else if (packet.type === 'pli') writers.get(packet.mediaSsrc)?.requestKeyframe();
  else if (packet.type === 'fir') {
    for (const entry of packet.entries) writers.get(entry.ssrc)?.requestKeyframe();
  }
}
