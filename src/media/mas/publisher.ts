/** The receiving half of a participant: one peer connection that brings his camera and microphone. */
import { parseRtcp, serializeRtcp, type ReportBlock, type RtcpPacket } from '../codec/rtcp';
import { parseRtp } from '../codec/rtp';
import { parseSdp, writeSdp, type MediaLine, type SdpCodec, type SdpMedia } from '../codec/sdp';
import type { MasKind } from '../../contracts';
import { chooseCodec, type MasCodec } from './codec';
import { Peer } from './peer';
import { FEEDBACK_SSRC, MemberClock, Publication } from './publication';
import type { TransportFactory, TransportState } from './transport';

export interface PublisherPolicy {
  /** The codec to receive on an m-line; null rejects it. */
  choose(media: SdpMedia): SdpCodec | null;
  /** What may be sent, told by REMB; the publisher's own loss-based control stays below it. bit/s */
  maxBitrate: number;
}

/** For participants of a call. */
const CALL_POLICY: PublisherPolicy = { choose: chooseCodec, maxBitrate: 2_500_000 };

export interface PublisherEvents {
  onState(state: TransportState): void;
  onCandidate(candidate: string, mid: string): void;
  /** All candidates were handed out. */
  onGathered?(): void;
  /** A publication's activity, or the list of them, changed. */
  onChange(): void;
}

export class Publisher {
  readonly publications = new Map<MasKind, Publication>();
  readonly counters = { unknownPayloadType: 0, malformed: 0 };
  private readonly peer: Peer;
  private readonly byPayloadType = new Map<number, Publication>();
  private readonly clock = new MemberClock();
  private firstMid = '0';

  constructor(
    private readonly memberId: string,
    factory: TransportFactory,
    private readonly events: PublisherEvents,
    private readonly policy: PublisherPolicy = CALL_POLICY,
  ) {
    this.peer = new Peer(factory, {
      onState: (state) => events.onState(state),
      onCandidate: (candidate) => events.onCandidate(candidate, this.firstMid),
      onGathered: () => events.onGathered?.(),
      onRtp: (packet) => this.receive(packet),
      onRtcp: (packet) => this.receiveRtcp(packet),
    });
  }

  get state(): TransportState {
    return this.peer.state;
  }

  /**
   * Answers the client's offer: per kind the first m-line with a codec of the policy, the others rejected. Throws
   * SdpError on an offer it can't use.
   */
  async accept(sdp: string, send: (answer: string) => void): Promise<void> {
    const offer = parseSdp(sdp);
    const local = await this.peer.transport.answer(offer.transport);
    const lines = offer.media.map((media): MediaLine => {
      const kind = media.type as MasKind;
      const codec = media.rejected || this.publications.has(kind) ? null : this.policy.choose(media);
      if (codec) this.addPublication(kind, codec.name as MasCodec, codec.payloadType);
      return { type: media.type, mid: media.mid, direction: 'recvonly', codecs: codec ? [codec] : [] };
    });
    this.firstMid = lines.find((line) => line.codecs.length > 0)?.mid ?? '0';
    send(writeSdp(local, lines));
    this.peer.described();
  }

  addCandidate(candidate: string): void {
    this.peer.transport.addCandidate(candidate);
  }

  scan(now: number): void {
    for (const publication of this.publications.values()) publication.scan(now);
  }

  /** Receiver report and REMB; to be called every second. */
  report(now: number): void {
    const publications = [...this.publications.values()];
    const reports = publications
      .map((each) => each.report(now))
      .filter((block): block is ReportBlock => !!block);
    if (reports.length === 0) return;
    this.send([
      { type: 'rr', ssrc: FEEDBACK_SSRC, reports },
      {
        type: 'remb',
        senderSsrc: FEEDBACK_SSRC,
        bitrate: this.policy.maxBitrate,
        ssrcs: reports.map((block) => block.ssrc),
      },
    ]);
  }

  close(): void {
    this.peer.close();
    this.publications.clear();
    this.byPayloadType.clear();
  }

  private addPublication(kind: MasKind, codec: MasCodec, payloadType: number): void {
    const publication = new Publication(
      this.memberId,
      kind,
      codec,
      this.clock,
      (packets) => this.send([{ type: 'rr', ssrc: FEEDBACK_SSRC, reports: [] }, ...packets]),
      () => this.events.onChange(),
    );
    this.publications.set(kind, publication);
    this.byPayloadType.set(payloadType, publication);
  }

  private send(packets: RtcpPacket[]): void {
    this.peer.transport.sendRtcp(serializeRtcp(packets));
  }

  /** Streams are told apart by payload type: the offer's m-lines have different ones, and one SSRC each. */
  private receive(bytes: Buffer): void {
    const packet = parseRtp(bytes);
    const publication = packet && this.byPayloadType.get(packet.payloadType);
    if (publication) publication.receive(packet, performance.now());
    else if (packet) this.counters.unknownPayloadType++;
    else this.counters.malformed++;
  }

  private receiveRtcp(bytes: Buffer): void {
    const packets = parseRtcp(bytes);
    if (!packets) this.counters.malformed++;
    for (const packet of packets ?? []) {
      if (packet.type !== 'sr') continue;
      for (const publication of this.publications.values()) {
        publication.senderReport(packet, performance.now(), Date.now());
      }
    }
  }
}
