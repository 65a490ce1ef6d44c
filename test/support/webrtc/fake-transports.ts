import type { TransportEvents, TransportFactory } from '../../../src/media/webrtc/transport';

/** What every fake peer gathers. */
export const CANDIDATE = 'candidate:1 1 UDP 2122317823 192.0.2.7 40000 typ host';

/** Peers that gather one candidate and connect when told to. */
export class FakeTransports implements TransportFactory {
  readonly kind = 'werift';
  readonly udpPort = 0;
  readonly peers: TransportEvents[] = [];
  readonly remoteCandidates: string[] = [];
  /** RTCP that was sent, by all. */
  readonly rtcp: Buffer[] = [];
  closed = 0;

  create(events: TransportEvents) {
    this.peers.push(events);
    const local = {
      iceUfrag: 'serv',
      icePwd: 'p'.repeat(22),
      fingerprint: `sha-256 ${Array(32).fill('AA').join(':')}`,
      setup: 'active' as const,
    };
    return {
      offer: () => Promise.resolve({ ...local, setup: 'actpass' as const }),
      acceptAnswer: () => Promise.resolve(),
      answer: () => {
        setImmediate(() => {
          events.onCandidate(CANDIDATE);
          events.onGathered?.();
        });
        return Promise.resolve(local);
      },
      addCandidate: (candidate: string) => void this.remoteCandidates.push(candidate),
      sendRtp: () => true,
      sendRtcp: (packet: Buffer) => this.rtcp.push(Buffer.from(packet)) > 0,
      close: () => void this.closed++,
    };
  }

  close = (): Promise<void> => Promise.resolve();
}
