/** One connection to a MAS, written from docs/mas-protocol.md alone; `§` is a section of it. Lost once, it is thrown away. */
import type { RTCPeerConnection, RtpPacket } from 'werift';
import { DocumentedSocket } from '../../support/app/mas-document';
import { makePeer } from './protocol-media';

/** §2 */
export interface Access {
  memberId: string;
  mas: { url: string; token: string; iceServers: { urls: string }[] };
}

/** §3, as far as it is used here. */
export interface Slot {
  mid: string;
  kind: 'audio' | 'video';
  source: 'microphone' | 'camera' | 'screen';
  memberId: string | null;
  userId: string | null;
}
export interface Member {
  memberId: string;
  userId: string;
  audio: boolean;
  video: boolean;
  screen: boolean;
}
type FromServer =
  | { type: 'joined'; memberId: string; members: Member[] }
  | { type: 'pub-answer'; sdp: string }
  | { type: 'sub-offer'; bank: number; sdp: string; slots: Slot[] }
  | { type: 'candidate'; pc: 'pub' | 'sub'; bank?: number; candidate: string; mid: string | null }
  | { type: 'slots'; slots: Slot[] }
  | { type: 'members'; members: Member[] }
  | { type: 'closed'; code: string; detail: string };

export interface SessionOptions {
  access: Access;
  slotPairs: number;
  /** Adds what is to be sent. */
  publish(pc: RTCPeerConnection): void;
  onConnected(): void;
  /** Once. `code` of `closed`, null without one. */
  onEnded(code: string | null): void;
  /** What was not as the schema says. */
  undocumented: string[];
}

/** §11 */
const CONNECT_TIMEOUT_MS = 15_000;
const LOST = ['disconnected', 'failed'];

export class ProtocolSession {
  slots: Slot[] = [];
  members: Member[] = [];
  /** Of each m-line: how many came, and the first. */
  readonly received = new Map<string, { packets: number; first: RtpPacket }>();
  private pub: RTCPeerConnection | null = null;
  /** By bank (§6). */
  private readonly subs: RTCPeerConnection[] = [];
  private readonly socket: DocumentedSocket;
  private readonly deadline: NodeJS.Timeout;
  private work = Promise.resolve();
  private ended = false;

  constructor(private readonly options: SessionOptions) {
    const { access, slotPairs, undocumented } = options;
    this.deadline = setTimeout(() => this.end(null), CONNECT_TIMEOUT_MS);
    this.socket = new DocumentedSocket(access.mas.url, new Set(), undocumented);
    // §3: `join` is first.
    this.socket.on('open', () => this.send({ type: 'join', token: access.mas.token, slotPairs }));
    // §3: one after the other, in order.
    this.socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8')) as FromServer;
      this.work = this.work.then(() => this.handle(message)).catch(() => this.end(null));
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => this.end(null));
  }

  get banks(): number {
    return this.subs.length;
  }

  /** As a network that is gone does it. */
  cut(): void {
    this.socket.terminate();
  }

  /** §3 */
  leave(): void {
    this.send({ type: 'leave' });
    this.shut();
  }

  private async handle(message: FromServer): Promise<void> {
    if (this.ended) return;
    switch (message.type) {
      case 'joined':
        this.members = message.members;
        return this.offer();
      case 'pub-answer':
        return this.pub!.setRemoteDescription({ type: 'answer', sdp: message.sdp });
      case 'sub-offer':
        return this.answer(message.bank, message.sdp, message.slots);
      case 'candidate': {
        // §4: in messages only.
        const pc = message.pc === 'pub' ? this.pub : this.subs[message.bank ?? 0];
        return pc?.addIceCandidate({ candidate: message.candidate, sdpMid: message.mid ?? undefined });
      }
      case 'slots':
        this.slots = message.slots;
        return;
      case 'members':
        this.members = message.members;
        return;
      case 'closed':
        return this.end(message.code);
    }
  }

  /** §5: the client offers what it sends. */
  private async offer(): Promise<void> {
    this.pub = this.peer('pub');
    this.options.publish(this.pub);
    await this.pub.setLocalDescription(await this.pub.createOffer());
    this.send({ type: 'pub-offer', sdp: withoutCandidates(this.pub.localDescription!.sdp) });
  }

  /** §6: the server offers slots; every m-line is answered. Bank 0 takes the place of all before. */
  private async answer(bank: number, sdp: string, slots: Slot[]): Promise<void> {
    for (const before of this.subs.splice(bank)) await before.close();
    const pc = this.peer('sub', bank);
    this.subs[bank] = pc;
    await pc.setRemoteDescription({ type: 'offer', sdp });
    for (const { mid, receiver } of pc.getTransceivers()) {
      receiver.track.onReceiveRtp.subscribe((packet) => this.count(mid ?? '', packet));
    }
    await pc.setLocalDescription(await pc.createAnswer());
    this.send({ type: 'sub-answer', bank, sdp: withoutCandidates(pc.localDescription!.sdp) });
    this.slots = slots;
  }

  private peer(name: 'pub' | 'sub', bank = 0): RTCPeerConnection {
    const pc = makePeer(this.options.access.mas.iceServers);
    pc.onIceCandidate.subscribe((candidate) => {
      if (!candidate?.candidate) return;
      const of = name === 'sub' ? { pc: name, bank } : { pc: name };
      this.send({
        type: 'candidate',
        ...of,
        candidate: candidate.candidate,
        mid: candidate.sdpMid ?? null,
      });
    });
    pc.connectionStateChange.subscribe((state) => {
      if (this.ended) return;
      // §11: all take the same way.
      if (LOST.includes(state)) return this.end(null);
      if ([this.pub, this.subs[0]].some((each) => each?.connectionState !== 'connected')) return;
      clearTimeout(this.deadline);
      this.options.onConnected();
    });
    return pc;
  }

  private count(mid: string, packet: RtpPacket): void {
    const before = this.received.get(mid);
    if (before) before.packets++;
    else this.received.set(mid, { packets: 1, first: packet });
  }

  private send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private end(code: string | null): void {
    if (this.ended) return;
    this.shut();
    this.options.onEnded(code);
  }

  private shut(): void {
    this.ended = true;
    clearTimeout(this.deadline);
    this.socket.close();
    for (const pc of [this.pub, ...this.subs]) void pc?.close();
  }
}

/** So that none can be read there (§4). */
function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '');
}
