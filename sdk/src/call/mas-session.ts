/** One life of the connection to MAS: a WebSocket and the peer connections under it. Never reconnects itself. */
import type {
  MasClientMessage,
  MasCloseCode,
  MasMember,
  MasServerMessage,
  MasSlot,
  WantedPicture,
} from '../contracts';
import type { Platform } from '../platform';

export interface MasAccess {
  url: string;
  token: string;
  iceServers?: RTCIceServer[];
}

/** What is sent. */
export interface Publication {
  addTo(pc: RTCPeerConnection): Promise<void>;
  /** Mid of the m-line with the screen, once it is described. */
  screenOf(pc: RTCPeerConnection): string | null;
}

export interface SessionEvents {
  onConnected(): void;
  onMembers(members: MasMember[]): void;
  onSlots(slots: MasSlot[], receivers: Map<string, MediaStreamTrack>): void;
  /** Once. code null: the connection was lost. */
  onEnded(code: MasCloseCode | null, detail: string): void;
}

/** WebSocket.OPEN */
const OPEN = 1;
/** ms until a connection that isn't up counts as failed. */
const CONNECT_TIMEOUT_MS = 15_000;
/** Pairs of slots that a page takes: enough for a PK of two full co-hostings. */
const SLOT_PAIRS = 32;
/** Screens that it takes; more than one at a time are rare. */
const SCREEN_SLOTS = 4;

export class MasSession {
  private readonly socket: WebSocket;
  private pub: RTCPeerConnection | null = null;
  /** By bank of slots. */
  private subs: RTCPeerConnection[] = [];
  private slots: MasSlot[] = [];
  private wanted: WantedPicture[] = [];
  private members: MasMember[] = [];
  private ended = false;
  private joined = false;
  /** An offer of what is sent is being made, or its answer awaited. */
  private offering = false;
  /** What is sent has changed meanwhile. */
  private changed = false;
  private readonly deadline: ReturnType<typeof setTimeout>;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly access: MasAccess,
    private readonly platform: Platform,
    private readonly publication: Publication,
    private readonly events: SessionEvents,
  ) {
    this.deadline = setTimeout(() => this.end(null, 'no connection in time'), CONNECT_TIMEOUT_MS);
    this.socket = new platform.WebSocket(access.url);
    this.socket.onopen = () =>
      this.send({
        ...{ type: 'join', token: access.token },
        ...{ slotPairs: SLOT_PAIRS, screenSlots: SCREEN_SLOTS },
      });
    this.socket.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as MasServerMessage;
      // One after the other: a candidate needs the description that came before it.
      this.work = this.work
        .then(() => this.handle(message))
        .catch((error: unknown) => this.end(null, String(error)));
    };
    // It closes as well; a socket of Node's `ws` would throw what nobody takes.
    this.socket.onerror = () => undefined;
    this.socket.onclose = () => this.end(null, 'signalling was closed');
  }

  get publishing(): RTCPeerConnection | null {
    return this.pub;
  }

  /** By bank of slots. */
  get subscribing(): readonly RTCPeerConnection[] {
    return this.subs;
  }

  /** Offers a new publish connection; for the first time, or after its tracks changed in kind. */
  async publish(): Promise<void> {
    if (!this.joined || this.ended) return;
    this.pub?.close();
    this.offering = true;
    const pc = this.makePeer('pub', () => this.pub === pc);
    this.pub = pc;
    await this.publication.addTo(pc);
    await this.describe(pc);
  }

  /** Describes the publish connection anew, after what it carries has changed: what hasn't goes on. */
  async renegotiate(): Promise<void> {
    if (!this.joined || this.ended || !this.pub) return;
    this.changed = true;
    if (!this.offering) await this.describe(this.pub);
  }

  /** How large the others are shown. */
  want(pictures: WantedPicture[]): void {
    this.wanted = pictures;
    if (this.joined && !this.ended) this.send({ type: 'want', pictures });
  }

  /** Leaves; `onEnded` isn't called. */
  leave(): void {
    this.send({ type: 'leave' });
    this.shut();
  }

  /** Ends it here, for another in its place; `onEnded` isn't called. */
  drop(): void {
    this.shut();
  }

  private async handle(message: MasServerMessage): Promise<void> {
    if (this.ended) return;
    switch (message.type) {
      case 'joined':
        this.joined = true;
        if (this.wanted.length > 0) this.want(this.wanted);
        this.setMembers(message.members);
        return this.publish();
      case 'pub-answer':
        return this.answered(message.sdp);
      case 'sub-offer':
        return this.subscribe(message.bank, message.sdp, message.slots);
      case 'candidate': {
        const pc = message.pc === 'pub' ? this.pub : this.subs[message.bank ?? 0];
        return pc?.addIceCandidate({ candidate: message.candidate, sdpMid: message.mid });
      }
      case 'slots':
        return this.setSlots(message.slots);
      case 'members':
        return this.setMembers(message.members);
      case 'closed':
        return this.end(message.code, message.detail);
    }
  }

  private async describe(pc: RTCPeerConnection): Promise<void> {
    this.offering = true;
    this.changed = false;
    await pc.setLocalDescription(await pc.createOffer());
    if (this.pub !== pc) return;
    const screen = this.publication.screenOf(pc);
    this.send({ type: 'pub-offer', sdp: pc.localDescription!.sdp, ...(screen ? { screen } : {}) });
  }

  private async answered(sdp: string): Promise<void> {
    await this.pub?.setRemoteDescription({ type: 'answer', sdp });
    this.offering = false;
    if (this.changed) await this.renegotiate();
  }

  /** A further bank comes beside those there are; the first takes the place of all. */
  private async subscribe(bank: number, sdp: string, slots: MasSlot[]): Promise<void> {
    for (const before of this.subs.splice(bank)) before.close();
    const pc = this.makePeer('sub', () => this.subs[bank] === pc, bank);
    this.subs[bank] = pc;
    await pc.setRemoteDescription({ type: 'offer', sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    if (this.ended) return;
    this.send({ type: 'sub-answer', bank, sdp: pc.localDescription!.sdp });
    this.setSlots(slots);
  }

  private makePeer(name: 'pub' | 'sub', isInUse: () => boolean, bank = 0): RTCPeerConnection {
    const pc = new this.platform.RTCPeerConnection({
      iceServers: this.access.iceServers ?? [],
      bundlePolicy: 'max-bundle',
    });
    const current = (): boolean => !this.ended && isInUse();
    pc.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate || !current()) return;
      const { candidate: line, sdpMid: mid } = candidate;
      this.send({ type: 'candidate', pc: name, bank, candidate: line, mid });
    };
    pc.onconnectionstatechange = () => {
      if (!current()) return;
      const state = pc.connectionState;
      if (state === 'connected') this.checkConnected();
      // All connections take the same way: when one is cut, the whole session is built anew. `failed` comes 10 s after
      // `disconnected`, and a device that has changed its network never gets the old way back.
      if (state === 'disconnected' || state === 'failed')
        this.end(null, `the ${name} connection is ${state}`);
    };
    return pc;
  }

  private checkConnected(): void {
    if (this.subs[0]?.connectionState !== 'connected') return;
    if (this.pub && this.pub.getSenders().length > 0 && this.pub.connectionState !== 'connected') return;
    clearTimeout(this.deadline);
    this.events.onConnected();
  }

  private setMembers(members: MasMember[]): void {
    this.members = members;
    this.events.onMembers(this.members);
  }

  private setSlots(slots: MasSlot[]): void {
    this.slots = slots;
    const tracks = new Map<string, MediaStreamTrack>();
    for (const transceiver of this.subs.flatMap((pc) => pc.getTransceivers())) {
      if (transceiver.mid) tracks.set(transceiver.mid, transceiver.receiver.track);
    }
    this.events.onSlots(this.slots, tracks);
  }

  private send(message: MasClientMessage): void {
    if (this.socket.readyState === OPEN) this.socket.send(JSON.stringify(message));
  }

  private end(code: MasCloseCode | null, detail: string): void {
    if (this.ended) return;
    this.shut();
    this.events.onEnded(code, detail);
  }

  private shut(): void {
    this.ended = true;
    clearTimeout(this.deadline);
    this.pub?.close();
    this.subs.forEach((pc) => pc.close());
    this.socket.close();
  }
}
