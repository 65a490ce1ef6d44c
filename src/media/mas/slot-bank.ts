/**
 * A peer connection to a subscriber with a fixed set of slots, in pairs of sound and picture. It is described once;
 * who is in which slot changes without renegotiation.
 */
import { parseRtcp, type RtcpPacket } from '../codec/rtcp';
import { parseSdp, writeSdp, type MediaLine } from '../codec/sdp';
import type { MasKind } from '../../contracts';
import { SENT_CODECS, type MasCodec } from './codec';
import { Peer } from './peer';
import { StreamWriter } from './stream-writer';
import type { TransportFactory, TransportState } from './transport';

/** Fixed SSRCs: a subscriber's connections have no other streams. */
const FIRST_SSRC = 1000;
const KINDS: MasKind[] = ['audio', 'video'];

export interface Slot {
  /** Unique over all banks of a subscriber. */
  mid: string;
  kind: MasKind;
  /** Which pair. Both tracks of a pair are of one stream, so that browsers play them in sync. */
  pair: number;
  writer: StreamWriter;
}

export interface SlotBankEvents {
  onState(state: TransportState): void;
  onCandidate(candidate: string, mid: string): void;
}

export class SlotBank {
  readonly slots: Slot[];
  private readonly peer: Peer;
  private readonly bySsrc = new Map<number, StreamWriter>();
  private decodable = new Set<string>();

  /** Its pairs are numbered from `firstPair` on. */
  constructor(factory: TransportFactory, firstPair: number, pairs: number, events: SlotBankEvents) {
    this.peer = new Peer(factory, {
      onState: (state) => {
        if (state === 'connected')
          this.slots.forEach(({ writer }) => writer.waiting && writer.requestKeyframe());
        events.onState(state);
      },
      onCandidate: (candidate) => events.onCandidate(candidate, this.slots[0]!.mid),
      onRtp: () => {},
      onRtcp: (packet) => this.receiveRtcp(packet),
    });
    this.slots = Array.from({ length: pairs }, (_, index) =>
      KINDS.map((kind) => this.makeSlot(kind, firstPair + index)),
    ).flat();
  }

  get state(): TransportState {
    return this.peer.state;
  }

  /** Offers the slots; the answer goes to `accept`. */
  async offer(send: (sdp: string) => void): Promise<void> {
    const local = await this.peer.transport.offer();
    const lines = this.slots.map(({ mid, kind, pair, writer }): MediaLine => ({
      type: kind,
      mid,
      direction: 'sendonly',
      codecs: SENT_CODECS[kind],
      send: { ssrc: writer.ssrc, stream: `slot-${pair}`, track: mid },
    }));
    send(writeSdp(local, lines));
    this.peer.described();
  }

  /** Takes the client's answer; codecs it left out are not sent to it. Throws SdpError. */
  async accept(sdp: string): Promise<void> {
    const answer = parseSdp(sdp);
    this.decodable = new Set(answer.media.flatMap((media) => media.codecs.map((codec) => codec.name)));
    await this.peer.transport.acceptAnswer(answer.transport);
  }

  addCandidate(candidate: string): void {
    this.peer.transport.addCandidate(candidate);
  }

  close(): void {
    for (const { writer } of this.slots) writer.attach(null);
    this.peer.close();
  }

  private makeSlot(kind: MasKind, pair: number): Slot {
    const ssrc = FIRST_SSRC + pair * KINDS.length + KINDS.indexOf(kind);
    const accepts = (codec: MasCodec): boolean =>
      this.peer.state === 'connected' && this.decodable.has(codec);
    const writer = new StreamWriter(ssrc, `slot-${pair}`, this.peer.transport, accepts);
    this.bySsrc.set(ssrc, writer);
    return { mid: `${kind[0]}${pair}`, kind, pair, writer };
  }

  private receiveRtcp(bytes: Buffer): void {
    for (const packet of parseRtcp(bytes) ?? []) applyFeedback(packet, this.bySsrc);
  }
}

/** Hands NACK, PLI and FIR of a receiver to the streams they are about. */
export function applyFeedback(packet: RtcpPacket, writers: Map<number, StreamWriter>): void {
  if (packet.type === 'nack')
    writers.get(packet.mediaSsrc)?.resend(packet.sequenceNumbers, performance.now());
  else if (packet.type === 'pli') writers.get(packet.mediaSsrc)?.requestKeyframe();
  else if (packet.type === 'fir') {
    for (const entry of packet.entries) writers.get(entry.ssrc)?.requestKeyframe();
  }
}
