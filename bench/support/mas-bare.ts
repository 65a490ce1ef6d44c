/**
 * The peer of the MAS benchmark: the same transports, signalling and packets without our router between them. A
 * publisher's packets go out unchanged to everybody else's subscriber, so this is what the transport itself costs.
 */
import type {
  PeerParameters,
  TransportEvents,
  TransportFactory,
  WebRtcTransport,
} from '../../src/media/webrtc/transport';

/** RFC 3550, 5.1 */
const SSRC_OFFSET = 8;

export class BareForwarding implements TransportFactory {
  /** In the order of the participants, who join one after the other. */
  private readonly publishers: WebRtcTransport[] = [];
  private readonly subscribers: WebRtcTransport[] = [];

  constructor(private readonly transports: TransportFactory) {}

  get kind() {
    return this.transports.kind;
  }

  get udpPort() {
    return this.transports.udpPort;
  }

  /** MAS answers those who publish and offers to those who subscribe. */
  create(events: TransportEvents): WebRtcTransport {
    const transport = this.transports.create({
      onState: (state) => events.onState(state),
      onCandidate: (candidate) => events.onCandidate(candidate),
      onGathered: () => events.onGathered?.(),
      onRtcp: (packet) => events.onRtcp(packet),
      onRtp: (packet) => this.forward(this.publishers.indexOf(transport), packet),
    });
    const offer = transport.offer.bind(transport);
    const answer = transport.answer.bind(transport);
    const close = transport.close.bind(transport);
    return Object.assign(transport, {
      close: () => {
        for (const list of [this.publishers, this.subscribers]) {
          if (list.includes(transport)) list.splice(list.indexOf(transport), 1);
        }
        close();
      },
      offer: () => {
        this.subscribers.push(transport);
        return offer();
      },
      answer: (remote: PeerParameters) => {
        this.publishers.push(transport);
        return answer(remote);
      },
    });
  }

  close(): Promise<void> {
    return this.transports.close();
  }

  private forward(from: number, packet: Buffer): void {
    // Everybody sends with the same SSRC; SRTP would take that for replays.
    packet.writeUInt32BE(from + 1, SSRC_OFFSET);
    for (let to = 0; to < this.subscribers.length; to++) {
      if (to !== from) this.subscribers[to]!.sendRtp(packet);
    }
  }
}
