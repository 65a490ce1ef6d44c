/** A mixer's view of a conference: every stream as plain RTP to its UDP port, and its feedback from there. */
import { randomInt } from 'node:crypto';
import type {
  EgressClientMessage,
  EgressServerMessage,
  EgressSource,
  MasCloseCode,
  MasKind,
} from '../../contracts';
import { parseRtcp } from '../codec/rtcp';
import { PAYLOAD_TYPE } from './codec';
import type { EgressReader, EgressSocket } from './egress-socket';
import type { SignalSocket } from './signal-socket';
import { applyFeedback } from './slot-bank';
import { StreamWriter } from './stream-writer';
import type { ShownMember } from './subscriber';

const KINDS: MasKind[] = ['audio', 'video'];

export class Egress implements EgressReader {
  /** Writers by member and kind, kept for the life of the WebSocket so that a source keeps its SSRC. */
  private readonly writers = new Map<string, StreamWriter>();
  private readonly bySsrc = new Map<number, StreamWriter>();
  private lastSources: string | null = null;

  constructor(
    readonly conferenceId: string,
    private readonly signal: SignalSocket<EgressClientMessage, EgressServerMessage>,
    private readonly socket: EgressSocket,
    readonly address: string,
    readonly port: number,
  ) {}

  /** Brings sources up to date with the members; tells the mixer if the list changed. */
  update(members: ShownMember[]): void {
    const sources: EgressSource[] = [];
    const live = new Set<string>();
    for (const member of members) {
      for (const kind of KINDS) {
        const publication = member.shown(kind);
        if (!publication) continue;
        const key = `${kind} ${member.memberId}`;
        live.add(key);
        const writer = this.writers.get(key) ?? this.addWriter(key, member.memberId);
        writer.attach(publication);
        const { codec, clockRate } = publication;
        const { memberId, userId } = member;
        const payloadType = PAYLOAD_TYPE[codec];
        sources.push({ memberId, userId, kind, ssrc: writer.ssrc, payloadType, codec, clockRate });
      }
    }
    for (const [key, writer] of this.writers) if (!live.has(key)) writer.attach(null);
    const list = JSON.stringify(sources);
    if (list === this.lastSources) return;
    this.lastSources = list;
    this.signal.send({ type: 'sources', sources, rtcpPort: this.socket.port });
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
    for (const writer of this.writers.values()) writer.attach(null);
    this.socket.unregister(this);
  }

  private addWriter(key: string, cname: string): StreamWriter {
    let ssrc: number;
    do ssrc = randomInt(1, 0xffff_ffff);
    while (this.bySsrc.has(ssrc));
    const writer = new StreamWriter(ssrc, cname, this.socket.sinkTo(this.address, this.port));
    this.writers.set(key, writer);
    this.bySsrc.set(ssrc, writer);
    return writer;
  }
}
