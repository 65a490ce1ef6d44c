/** The receiving half of a connection to a publisher: one peer connection that brings microphone, camera and screen. */
import { isDeepStrictEqual } from 'node:util';
import { parseRtcp, serializeRtcp, type ReportBlock, type RtcpPacket } from '../../codec/rtp/rtcp';
import { parseRtp } from '../../codec/rtp/rtp';
import {
  parseSdp,
  writeSdp,
  type MediaLine,
  type SdpCodec,
  type SdpMedia,
  type SdpSimulcast,
  type SdpTransport,
} from '../../codec/rtp/sdp';
import type { MasKind, MasSource } from '../../../contracts';
import { chooseCodec, type RtpCodec } from '../codecs';
import { Peer } from '../peer';
import { LineTable, type Line } from './line-table';
import { FEEDBACK_SSRC, PublisherClock, Publication } from './publication';
import { PublishedTrack } from './published-track';
import type { TransportFactory, TransportState } from '../transport';

export interface PublisherPolicy {
  /** The codec to receive on an m-line; null rejects it. */
  choose(media: SdpMedia): SdpCodec | null;
  /** What may be sent, told by REMB; the publisher's own loss-based control stays below it. bit/s */
  maxBitrate: number;
  /** Takes pictures in several sizes where they are offered. */
  simulcast: boolean;
  /** Asks for the name of the m-line in packets, without which two in the same codec may not be told apart. */
  midExtension: boolean;
}

/** For participants of a call. */
const CALL_POLICY: PublisherPolicy = {
  choose: chooseCodec,
  maxBitrate: 2_500_000,
  simulcast: true,
  midExtension: true,
};
/** Each smaller layer has half the width and height of the next larger one, and so a quarter of its bits at most. */
const LAYER_SHARE = 1 / 4;
/** A screen on which nothing moves is sent about once a second; that it ended is said by an offer, ms. */
const SCREEN_SILENCE_MS = 5000;

export interface PublisherEvents {
  onState(state: TransportState): void;
  onCandidate(candidate: string, mid: string): void;
  /** All candidates were handed out. */
  onGathered?(): void;
  /** A track's activity, or the list of them, changed. */
  onChange(): void;
}

export class Publisher {
  readonly tracks = new Map<MasSource, PublishedTrack>();
  readonly counters = { unknownLine: 0, unknownLayer: 0, malformed: 0 };
  private readonly peer: Peer;
  private readonly lines = new LineTable();
  private publications: readonly Publication[] = [];
  private descriptions: { local: SdpTransport; remote: SdpTransport } | null = null;
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

  /** Whether an offer changes what this connection carries, and doesn't ask for another one. */
  isRenegotiatedBy(sdp: string): boolean {
    const { iceUfrag, icePwd, fingerprint } = parseSdp(sdp).transport;
    const remote = this.descriptions?.remote;
    return remote?.iceUfrag === iceUfrag && remote.icePwd === icePwd && remote.fingerprint === fingerprint;
  }

  /**
   * Answers the client's offer: per source the first m-line with a codec of the policy, the others rejected. Of a further
   * offer on the same connection, what stays as it is goes on. Throws SdpError on an offer it can't use.
   * @param screen mid of the video m-line that brings a screen and no camera
   */
  async accept(sdp: string, send: (answer: string) => void, screen?: string): Promise<void> {
    const offer = parseSdp(sdp);
    this.descriptions ??= {
      remote: offer.transport,
      local: await this.peer.transport.answer(offer.transport),
    };
    const taken: Line[] = [];
    const answers = offer.media.map((media): MediaLine => {
      const { type, mid } = media;
      const codec = media.rejected ? null : this.policy.choose(media);
      const source = sourceOf(media, screen);
      if (!codec || !source) return { type, mid, direction: 'recvonly', codecs: [] };
      // It may be used again.
      if (!isSent(media)) return { type, mid, direction: 'inactive', codecs: [codec] };
      const isSecond = taken.some((line) => line.source === source);
      if (isSecond) return { type, mid, direction: 'recvonly', codecs: [] };
      const line = this.take(source, codec, media);
      taken.push(line);
      const { midExtensionId } = line;
      const receive = line.track.ids;
      return {
        ...{ type, mid, direction: 'recvonly', codecs: [codec], midExtensionId },
        ...(receive ? { receive } : {}),
      };
    });
    this.use(taken);
    this.firstMid = taken[0]?.mid ?? '0';
    send(writeSdp(this.descriptions.local, answers));
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
    this.lines.set([]);
  }

  /** What the largest layer of each picture may have, and what those below need beside it; bit/s. */
  private get maxBitrate(): number {
    const { maxBitrate } = this.policy;
    const camera = this.tracks.get('camera')?.layers.length ?? 1;
    const screen = this.tracks.get('screen');
    const pictures = screen?.active ? [camera, screen.layers.length] : [camera];
    const layers = pictures.flatMap((count) => Array.from({ length: count }, (_, index) => index));
    return layers.reduce((sum, index) => sum + maxBitrate * LAYER_SHARE ** index, 0);
  }

  /** The track that an m-line has already, if it is offered as before, else a new one. */
  private take(source: MasSource, codec: SdpCodec, media: SdpMedia): Line {
    const name = codec.name as RtpCodec;
    const { payloadType } = codec;
    const { mid, ssrcs } = media;
    const simulcast = this.policy.simulcast && source !== 'microphone' ? media.simulcast : null;
    const midExtensionId = this.policy.midExtension && source !== 'microphone' ? media.midExtensionId : null;
    const before = this.lines.all.find((line) => line.mid === mid && line.source === source);
    const same =
      before?.payloadType === payloadType &&
      before.track.codec === name &&
      isDeepStrictEqual(before.track.ids, simulcast);
    const track = same ? before.track : this.makeTrack(source, name, simulcast);
    return { mid, source, payloadType, ssrcs, midExtensionId, track };
  }

  /** These m-lines from now on. */
  private use(lines: readonly Line[]): void {
    const before = [...this.tracks.values()];
    this.lines.set(lines);
    this.tracks.clear();
    for (const { source, track } of lines) this.tracks.set(source, track);
    this.publications = lines.flatMap(({ track }) => track.layers);
    if (before.some((track) => !lines.some((line) => line.track === track))) this.events.onChange();
  }

  private makeTrack(source: MasSource, codec: RtpCodec, simulcast: SdpSimulcast | null): PublishedTrack {
    const kind = source === 'microphone' ? 'audio' : 'video';
    const layers = (simulcast?.rids ?? ['']).map(() => this.makePublication(source, kind, codec));
    return new PublishedTrack(kind, codec, layers, simulcast);
  }

  private makePublication(source: MasSource, kind: MasKind, codec: RtpCodec): Publication {
    return new Publication(
      kind,
      codec,
      this.clock,
      (packets) => this.send([{ type: 'rr', ssrc: FEEDBACK_SSRC, reports: [] }, ...packets]),
      () => this.events.onChange(),
      source === 'screen' ? SCREEN_SILENCE_MS : undefined,
    );
  }

  private send(packets: RtcpPacket[]): void {
    this.peer.transport.sendRtcp(serializeRtcp(packets));
  }

  private receive(bytes: Buffer): void {
    const packet = parseRtp(bytes);
    const line = packet && this.lines.find(packet);
    const layer = packet && line?.track.layerOf(packet);
    if (layer) layer.receive(packet, performance.now());
    else if (line) this.counters.unknownLayer++;
    else if (packet) this.counters.unknownLine++;
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

/** Null for what isn't taken at all. */
function sourceOf({ type, mid }: SdpMedia, screen: string | undefined): MasSource | null {
  if (type === 'audio') return 'microphone';
  if (type !== 'video') return null;
  return mid === screen ? 'screen' : 'camera';
}

function isSent({ direction }: SdpMedia): boolean {
  return direction === 'sendonly' || direction === 'sendrecv';
}
