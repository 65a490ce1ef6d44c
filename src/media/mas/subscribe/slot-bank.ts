/**
 * A peer connection to a subscriber with a fixed set of slots: pairs of sound and picture, and slots for screens. It is
 * described once; who is in which slot changes without renegotiation.
 */
import { parseRtcp, type ReportBlock } from '../../codec/rtp/rtcp';
import { parseSdp, writeSdp, type MediaLine } from '../../codec/rtp/sdp';
import type { MasKind, MasSource } from '../../../contracts';
import { SENT_CODECS, type RtpCodec } from '../../webrtc/codecs';
import { kindOf } from '../member';
import { Downlink } from './downlink';
import { Peer } from '../../webrtc/peer';
import { applyFeedback } from '../../webrtc/send/feedback';
import { StreamWriter } from '../../webrtc/send/stream-writer';
import { TrackReader } from '../../webrtc/send/track-reader';
import type { TransportFactory, TransportState } from '../../webrtc/transport';

/** Fixed SSRCs: a subscriber's connections have no other streams. */
const FIRST_SSRC = 1000;
const PAIR: MasSource[] = ['microphone', 'camera'];
const MID: Record<MasSource, string> = { microphone: 'a', camera: 'v', screen: 's' };
/** Between two looks at what bandwidth allows, ms. */
const ALLOCATE_MS = 500;

export interface Slot {
  /** Unique over all banks of a subscriber. */
  mid: string;
  source: MasSource;
  kind: MasKind;
  /** Which pair, or which of the screens. Both tracks of a pair are of one stream, so that browsers play them in sync. */
  index: number;
  reader: TrackReader;
}

export interface SlotCount {
  pairs: number;
  screens: number;
}

export interface SlotBankEvents {
  onState(state: TransportState): void;
  onCandidate(candidate: string, mid: string): void;
}

export class SlotBank {
  readonly slots: Slot[];
  private readonly peer: Peer;
  private readonly bySsrc = new Map<number, StreamWriter>();
  private readonly downlink: Downlink;
  /** Names of codecs; null before the answer. */
  private decodable: ReadonlySet<string> | null = null;
  private allocatedAt = -Infinity;

  /** Its pairs are numbered from `firstPair` on, its screens from 0. */
  constructor(factory: TransportFactory, firstPair: number, count: SlotCount, events: SlotBankEvents) {
    this.peer = new Peer(factory, {
      onState: (state) => {
        if (state === 'connected')
          for (const { reader } of this.slots) if (reader.writer.waiting) reader.writer.requestKeyframe();
        events.onState(state);
      },
      onCandidate: (candidate) => events.onCandidate(candidate, this.slots[0]!.mid),
      onRtp: () => {},
      onRtcp: (packet) => this.receiveRtcp(packet),
    });
    const plan = [
      ...numbers(count.pairs).flatMap((pair) => PAIR.map((source) => ({ source, index: firstPair + pair }))),
      ...numbers(count.screens).map((index) => ({ source: 'screen' as const, index })),
    ];
    this.slots = plan.map(({ source, index }, at) =>
      this.makeSlot(source, index, FIRST_SSRC + firstPair * PAIR.length + at),
    );
    this.downlink = new Downlink(this.slots.map(({ reader }) => reader));
  }

  get state(): TransportState {
    return this.peer.state;
  }

  /** Offers the slots; the answer goes to `accept`. */
  async offer(send: (sdp: string) => void): Promise<void> {
    const local = await this.peer.transport.offer();
    const lines = this.slots.map(({ mid, kind, source, index, reader }): MediaLine => ({
      type: kind,
      mid,
      direction: 'sendonly',
      codecs: SENT_CODECS[kind],
      send: { ssrc: reader.writer.ssrc, stream: streamOf(source, index), track: mid },
    }));
    send(writeSdp(local, lines));
    this.peer.described();
  }

  /** Takes the client's answer; codecs it left out are not sent to it. Throws SdpError. */
  async accept(sdp: string): Promise<void> {
    const answer = parseSdp(sdp);
    const taken = answer.media.filter(({ rejected }) => !rejected);
    this.decodable = new Set(taken.flatMap((media) => media.codecs.map((codec) => codec.name)));
    await this.peer.transport.acceptAnswer(answer.transport);
  }

  /** Whether the client can show or play it, as far as is known. */
  decodes(codec: RtpCodec): boolean {
    return this.decodable?.has(codec) ?? true;
  }

  addCandidate(candidate: string): void {
    this.peer.transport.addCandidate(candidate);
  }

  /** Every 20 ms: brings pictures that come in several sizes to the size that suits now. */
  scan(now: number): void {
    if (now - this.allocatedAt >= ALLOCATE_MS) {
      this.allocatedAt = now;
      this.downlink.allocate(now);
    }
    for (const { reader } of this.slots) reader.select();
  }

  close(): void {
    for (const { reader } of this.slots) reader.attach(null);
    this.peer.close();
  }

  private makeSlot(source: MasSource, index: number, ssrc: number): Slot {
    const kind = kindOf(source);
    const accepts = (codec: RtpCodec): boolean =>
      this.peer.state === 'connected' && !!this.decodable?.has(codec);
    const writer = new StreamWriter(ssrc, streamOf(source, index), this.peer.transport, accepts);
    this.bySsrc.set(ssrc, writer);
    return { mid: `${MID[source]}${index}`, source, kind, index, reader: new TrackReader(writer) };
  }

  /** Those about our streams: a receiver may name any number of others. */
  private ownReports(reports: ReportBlock[]): ReportBlock[] {
    return reports.filter(({ ssrc }) => this.bySsrc.has(ssrc));
  }

  private receiveRtcp(bytes: Buffer): void {
    const now = performance.now();
    for (const packet of parseRtcp(bytes) ?? []) {
      if (packet.type === 'remb') this.downlink.onRemb(packet.bitrate, now);
      else if (packet.type === 'rr') this.downlink.onReports(this.ownReports(packet.reports), now);
      else applyFeedback(packet, this.bySsrc);
    }
  }
}

function streamOf(source: MasSource, index: number): string {
  return source === 'screen' ? `screen-${index}` : `slot-${index}`;
}

/** From 0 on. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
