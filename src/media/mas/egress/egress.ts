/** A mixer's view of a conference: every stream as plain RTP to its UDP port, and its feedback from there. */
import { randomInt } from 'node:crypto';
import type {
  EgressClientMessage,
  EgressServerMessage,
  EgressSource,
  MasCloseCode,
  MasSource,
} from '../../../contracts';
import { parseRtcp } from '../../codec/rtp/rtcp';
import { CLOCK_RATE, PAYLOAD_TYPE } from '../../webrtc/codecs';
import type { EgressReader, EgressSocket } from './egress-socket';
import type { SignalSocket } from '../signalling/signal-socket';
import { Heights, kindOf, type ForwardedMember } from '../member';
import { applyFeedback } from '../../webrtc/send/feedback';
import { StreamWriter } from '../../webrtc/send/stream-writer';
import { TrackReader } from '../../webrtc/send/track-reader';

const SOURCES: MasSource[] = ['microphone', 'camera', 'screen'];

export class Egress implements EgressReader {
  readonly address: string;
  readonly port: number;
  /** Streams by member and source, kept for the life of the WebSocket so that a source keeps its SSRC. */
  private readonly readers = new Map<string, TrackReader>();
  private readonly bySsrc = new Map<number, StreamWriter>();
  private heights = new Heights();
  private lastSources: string | null = null;

  constructor(
    readonly conferenceId: string,
    private readonly signal: SignalSocket<EgressClientMessage, EgressServerMessage>,
    private readonly socket: EgressSocket,
    to: { address: string; port: number },
    /** Whether the mixer takes screens. */
    private readonly screens: boolean,
  ) {
    this.address = to.address;
    this.port = to.port;
  }

  /** Brings sources up to date with the members; tells the mixer if the list changed. */
  update(members: ForwardedMember[]): void {
    const sources: EgressSource[] = [];
    const live = new Set<string>();
    for (const member of members) {
      for (const source of SOURCES) {
        const track = source === 'screen' && !this.screens ? null : member.forwarded(source);
        if (!track) continue;
        const { memberId, userId } = member;
        const key = `${source} ${memberId}`;
        live.add(key);
        const reader = this.readers.get(key) ?? this.addReader(key, memberId);
        reader.want(this.heights.of(userId, source));
        reader.attach(track);
        const { codec } = track;
        const { ssrc } = reader.writer;
        const [payloadType, clockRate] = [PAYLOAD_TYPE[codec], CLOCK_RATE[codec]];
        const kind = kindOf(source);
        sources.push({ memberId, userId, kind, source, ssrc, payloadType, codec, clockRate });
      }
    }
    for (const [key, reader] of this.readers) if (!live.has(key)) reader.attach(null);
    const list = JSON.stringify(sources);
    if (list === this.lastSources) return;
    this.lastSources = list;
    this.signal.send({ type: 'sources', sources, rtcpPort: this.socket.port });
  }

  /** How high, in pixels, the mixer draws the pictures of these users; all others come as high as they are. */
  want(heights: Heights): void {
    this.heights = heights;
  }

  /** Every 20 ms: brings pictures that come in several sizes to the size that suits now. */
  scan(): void {
    for (const reader of this.readers.values()) reader.select();
  }

  /** A datagram from the mixer's address and port. */
  receive(datagram: Buffer): void {
    for (const packet of parseRtcp(datagram) ?? []) applyFeedback(packet, this.bySsrc);
  }

  close(code: MasCloseCode, detail: string): void {
    this.signal.close(code, detail);
  }

  /** The WebSocket is gone. */
  release(): void {
    for (const reader of this.readers.values()) reader.attach(null);
    this.socket.unregister(this);
  }

  private addReader(key: string, cname: string): TrackReader {
    let ssrc: number;
    do ssrc = randomInt(1, 0xffff_ffff);
    while (this.bySsrc.has(ssrc));
    const writer = new StreamWriter(ssrc, cname, this.socket.sinkTo(this.address, this.port));
    const reader = new TrackReader(writer);
    this.readers.set(key, reader);
    this.bySsrc.set(ssrc, writer);
    return reader;
  }
}
