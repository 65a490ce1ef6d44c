/** A transport whose candidates wait until the description they belong to has been sent. */
import type { TransportFactory, TransportState, WebRtcTransport } from './transport';

export interface PeerEvents {
  onState(state: TransportState): void;
  onCandidate(candidate: string): void;
  /** All candidates were handed out. */
  onGathered?(): void;
  onRtp(packet: Buffer): void;
  onRtcp(packet: Buffer): void;
}

export class Peer {
  readonly transport: WebRtcTransport;
  state: TransportState = 'connecting';
  private early: string[] | null = [];
  private gathered = false;

  constructor(
    factory: TransportFactory,
    private readonly events: PeerEvents,
  ) {
    this.transport = factory.create({
      onState: (state) => {
        this.state = state;
        this.events.onState(state);
      },
      onCandidate: (candidate) => {
        if (this.early) this.early.push(candidate);
        else this.events.onCandidate(candidate);
      },
      onGathered: () => {
        this.gathered = true;
        if (!this.early) this.events.onGathered?.();
      },
      onRtp: (packet) => this.events.onRtp(packet),
      onRtcp: (packet) => this.events.onRtcp(packet),
    });
  }

  /** The description is out; candidates may follow. */
  described(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const candidate of early) this.events.onCandidate(candidate);
    if (this.gathered) this.events.onGathered?.();
  }

  close(): void {
    this.state = 'closed';
    this.transport.close();
  }
}
