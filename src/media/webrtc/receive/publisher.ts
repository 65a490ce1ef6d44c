/** The receiving half of a connection to a publisher: one peer connection that brings a camera and a microphone. */
import { parseRtcp, serializeRtcp, type ReportBlock, type RtcpPacket } from '../../codec/rtp/rtcp';
import { parseRtp } from '../../codec/rtp/rtp';
import {
  parseSdp,
  writeSdp,
  type MediaLine,
  type SdpCodec,
  type SdpMedia,
  type SdpSimulcast,
} from '../../codec/rtp/sdp';
import type { MasKind } from '../../../contracts';
import { chooseCodec, type RtpCodec } from '../codecs';
import { Peer } from '../peer';
import { FEEDBACK_SSRC, PublisherClock, Publication } from './publication';
import { PublishedTrack } from './published-track';
import type { TransportFactory, TransportState } from '../transport';

export interface PublisherPolicy {
  /** The codec to receive on an m-line; null rejects it. */
  choose(media: SdpMedia): SdpCodec | null;
  /** What may be sent, told by REMB; the publisher's own loss-based control stays below it. bit/s */
  maxBitrate: number;
  /** Takes a camera in several sizes where they are offered. */
  simulcast: boolean;
}

/** For participants of a call. */
const CALL_POLICY: PublisherPolicy = { choose: chooseCodec, maxBitrate: 2_500_000, simulcast: true };
/** Each smaller layer has half the width and height of the next larger one, and so a quarter of its bits at most. */
const LAYER_SHARE = 1 / 4;

export interface PublisherEvents {
  onState(state: TransportState): void;
  onCandidate(candidate: string, mid: string): void;
  /** All candidates were handed out. */
  onGathered?(): void;
  /** A track's activity, or the list of them, changed. */
  onChange(): void;
}

export class Publisher {
  readonly tracks = new Map<MasKind, PublishedTrack>();
  readonly counters = { unknownPayloadType: 0, unknownLayer: 0, malformed: 0 };
  private readonly peer: Peer;
  private readonly byPayloadType = new Map<number, PublishedTrack>();
  private publications: readonly Publication[] = [];
  private readonly clock = new PublisherClock();
  private firstMid = '0';

  constructor(
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
      const codec = media.rejected || this.tracks.has(kind) ? null : this.policy.choose(media);
      const { type, mid } = media;
      if (!codec) return { type, mid, direction: 'recvonly', codecs: [] };
      const simulcast = this.policy.simulcast && kind === 'video' ? media.simulcast : null;
      this.addTrack(kind, codec, simulcast);
      return {
        ...{ type, mid, direction: 'recvonly', codecs: [codec] },
        ...(simulcast ? { receive: simulcast } : {}),
      };
    });
    this.firstMid = lines.find((line) => line.codecs.length > 0)?.mid ?? '0';
    send(writeSdp(local, lines));
    this.peer.described();
  }

  addCandidate(candidate: string): void {
    this.peer.transport.addCandidate(candidate);
  }

  scan(now: number): void {
    for (const publication of this.publications) publication.scan(now);
    for (const track of this.tracks.values()) track.scan(now);
  }

  /** Receiver report and REMB; to be called every second. */
  report(now: number): void {
    const reports = this.publications
      .map((each) => each.report(now))
      .filter((block): block is ReportBlock => !!block);
    if (reports.length === 0) return;
    this.send([
      { type: 'rr', ssrc: FEEDBACK_SSRC, reports },
      {
        type: 'remb',
        senderSsrc: FEEDBACK_SSRC,
        bitrate: this.maxBitrate,
        ssrcs: reports.map((block) => block.ssrc),
      },
    ]);
  }

  close(): void {
    this.peer.close();
    this.tracks.clear();
    this.publications = [];
    this.byPayloadType.clear();
  }

  /** What the largest layer may have, and what those below need beside it; bit/s. */
  private get maxBitrate(): number {
    const layers = this.tracks.get('video')?.layers ?? [];
    return layers
      .slice(1)
      .reduce(
        (sum, _, index) => sum + this.policy.maxBitrate * LAYER_SHARE ** (index + 1),
        this.policy.maxBitrate,
      );
  }

  private addTrack(kind: MasKind, codec: SdpCodec, simulcast: SdpSimulcast | null): void {
    const name = codec.name as RtpCodec;
    const layers = (simulcast?.rids ?? ['']).map(() => this.makePublication(kind, name));
    const track = new PublishedTrack(kind, name, layers, simulcast);
    this.tracks.set(kind, track);
    this.publications = [...this.publications, ...layers];
    this.byPayloadType.set(codec.payloadType, track);
  }

  private makePublication(kind: MasKind, codec: RtpCodec): Publication {
    return new Publication(
      kind,
      codec,
      this.clock,
      (packets) => this.send([{ type: 'rr', ssrc: FEEDBACK_SSRC, reports: [] }, ...packets]),
      () => this.events.onChange(),
    );
  }

  private send(packets: RtcpPacket[]): void {
    this.peer.transport.sendRtcp(serializeRtcp(packets));
  }

  /** Tracks are told apart by payload type: the offer's m-lines have different ones. */
  private receive(bytes: Buffer): void {
    const packet = parseRtp(bytes);
    const track = packet && this.byPayloadType.get(packet.payloadType);
    const layer = packet && track?.layerOf(packet);
    if (layer) layer.receive(packet, performance.now());
    else if (track) this.counters.unknownLayer++;
    else if (packet) this.counters.unknownPayloadType++;
    else this.counters.malformed++;
  }

  private receiveRtcp(bytes: Buffer): void {
    const packets = parseRtcp(bytes);
    if (!packets) this.counters.malformed++;
    for (const packet of packets ?? []) {
      if (packet.type !== 'sr') continue;
      for (const publication of this.publications) {
        publication.senderReport(packet, performance.now(), Date.now());
      }
    }
  }
}
