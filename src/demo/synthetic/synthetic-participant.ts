/**
 * A participant without a browser: joins a conference by contracts/mas.ts and sends encoded media as RTP, with
 * sender reports, answers to NACKs and keyframe requests for its encoders. With `onRtp` it receives the others too.
 */
import { WebSocket } from 'ws';
import type {
  MasClientMessage,
  MasCloseCode,
  MasMember,
  MasServerMessage,
  MasSlot,
  MasSource,
  VideoSource,
} from '../../contracts';
import type { MediaLogger } from '../../media/contract';
import { splitAnnexB } from '../../media/codec/h264/h264';
import { packetizeH264 } from '../../media/codec/h264/h264-packetizer';
import { parseRtcp } from '../../media/codec/rtp/rtcp';
import {
  parseSdp,
  writeSdp,
  type MediaLine,
  type SdpCodec,
  type SdpDirection,
} from '../../media/codec/rtp/sdp';
import {
  createNodeDatachannelTransports,
  type PeerParameters,
  type TransportFactory,
  type WebRtcTransport,
} from '../../media/webrtc/transport';
import { SerialQueue } from '../../platform/common/serial-queue';
import { MediaClock, RtpSender } from './rtp-sender';

export interface SyntheticParticipantOptions {
  /** As the join answer has them (JoinView.mas). */
  url: string;
  token: string;
  /** Local address for media; default `0.0.0.0`. */
  bindAddress?: string;
  logger: MediaLogger;
  /** The receivers ask for a keyframe: let the encoder make the next frame one. */
  onKeyframeRequest?: (source: VideoSource) => void;
  /** Every RTP packet of the others; without it nothing is received. */
  onRtp?: (packet: Buffer) => void;
  /** Pairs of slots it can take, 1 to 32; default 8. */
  slotPairs?: number;
  /** How many screens of the others it can take, 0 to 8; default 0. */
  screenSlots?: number;
  onMembers?: (members: MasMember[]) => void;
  onSlots?: (slots: MasSlot[]) => void;
  /** Once, when the conference ends it; code null: the connection was lost. Not after close(). */
  onClosed?: (code: MasCloseCode | null, detail: string) => void;
}

const H264 = codec(102, 'h264', 90_000, 1, 'packetization-mode=1;profile-level-id=42e01f');
const OPUS = codec(111, 'opus', 48_000, 2, '');
const SSRC: Record<MasSource, number> = { microphone: 0x1001, camera: 0x1002, screen: 0x1003 };
const MID: Record<MasSource, string> = { microphone: '0', camera: '1', screen: '2' };
const REPORT_MS = 1000;
const JOIN_TIMEOUT_MS = 15_000;
const MAX_WAITING = 1000;

function codec(
  payloadType: number,
  name: string,
  clockRate: number,
  channels: number,
  parameters: string,
): SdpCodec {
  return { payloadType, name, clockRate, channels, parameters };
}

export class SyntheticParticipant {
  memberId = '';
  private readonly audio: RtpSender;
  private readonly pictures: Record<VideoSource, RtpSender>;
  private local: PeerParameters | null = null;
  private answered: (() => void) | null = null;
  private readonly pub: WebRtcTransport;
  /** By bank of slots. */
  private readonly subs: WebRtcTransport[] = [];
  private readonly timer: NodeJS.Timeout;
  /** Messages of the server are handled one after the other. */
  private readonly messages = new SerialQueue(MAX_WAITING);
  private closing: { code: MasCloseCode; detail: string } | null = null;
  private closed = false;
  private settle: { resolve(): void; reject(error: Error): void } | null = null;

  private constructor(
    private readonly options: SyntheticParticipantOptions,
    private readonly transports: TransportFactory,
    private readonly socket: WebSocket,
  ) {
    this.pub = transports.create({
      onState: (state) => (state === 'connected' ? this.settle?.resolve() : undefined),
      onCandidate: (candidate) => this.send({ type: 'candidate', pc: 'pub', candidate, mid: '0' }),
      onRtp: () => {},
      onRtcp: (packet) => this.feedback(packet),
    });
    const clock = new MediaClock();
    const sender = (source: MasSource, { payloadType, clockRate }: SdpCodec): RtpSender =>
      new RtpSender(this.pub, clock, SSRC[source], payloadType, clockRate);
    this.audio = sender('microphone', OPUS);
    this.pictures = { camera: sender('camera', H264), screen: sender('screen', H264) };
    this.timer = setInterval(() => this.senders.forEach((each) => each.report()), REPORT_MS);
    const { token, slotPairs, screenSlots } = options;
    socket.on('open', () =>
      this.send({
        ...{ type: 'join', token },
        ...(slotPairs ? { slotPairs } : {}),
        ...(screenSlots ? { screenSlots } : {}),
      }),
    );
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8')) as MasServerMessage;
      this.messages.run('', () => this.handle(message)).catch((error: unknown) => this.lost(String(error)));
    });
    socket.on('error', (error) => this.lost(error.message));
    socket.on('close', () => this.lost('signalling was closed'));
  }

  /** Resolves when media can be sent; rejects when the join is refused or takes longer than 15 s. */
  static async join(options: SyntheticParticipantOptions): Promise<SyntheticParticipant> {
    // A socket for each connection: both lead to the same port of the server.
    const transports = await createNodeDatachannelTransports({
      bindAddress: options.bindAddress ?? '0.0.0.0',
      udpPort: 0,
      mux: false,
      announcedAddresses: [],
      iceServers: [],
      logger: options.logger,
    });
    const participant = new SyntheticParticipant(options, transports, new WebSocket(options.url));
    try {
      await participant.ready();
    } catch (error) {
      await participant.close();
      throw error;
    }
    return participant;
  }

  /** One access unit, Annex B, parameter sets before each keyframe. `timeMs`: media time, common to both kinds. */
  sendVideo(accessUnit: Buffer, timeMs: number): void {
    this.pictures.camera.send(packetizeH264(splitAnnexB(accessUnit)), timeMs);
  }

  /** As `sendVideo`, of the screen; between `shareScreen` and `stopScreen`. */
  sendScreen(accessUnit: Buffer, timeMs: number): void {
    this.pictures.screen.send(packetizeH264(splitAnnexB(accessUnit)), timeMs);
  }

  /** Another picture beside the camera's, on the same connection. Resolves when the server takes it. */
  shareScreen(): Promise<void> {
    return this.renegotiate('sendonly');
  }

  /** Resolves when the server knows that it is over. */
  stopScreen(): Promise<void> {
    return this.renegotiate('inactive');
  }

  /** One Opus packet. */
  sendAudio(packet: Buffer, timeMs: number): void {
    this.audio.send([packet], timeMs);
  }

  /** Leaves; idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.send({ type: 'leave' });
    this.shut();
    await this.transports.close();
  }

  private async ready(): Promise<void> {
    const timeout = setTimeout(
      () => this.settle?.reject(new Error('no media connection in time')),
      JOIN_TIMEOUT_MS,
    );
    try {
      await new Promise<void>((resolve, reject) => (this.settle = { resolve, reject }));
    } finally {
      clearTimeout(timeout);
      this.settle = null;
    }
  }

  private async handle(message: MasServerMessage): Promise<void> {
    if (this.closed) return;
    switch (message.type) {
      case 'joined':
        this.memberId = message.memberId;
        this.options.onMembers?.(message.members);
        return this.publish();
      case 'pub-answer':
        if (!this.answered) return this.pub.acceptAnswer(parseSdp(message.sdp).transport);
        this.answered();
        this.answered = null;
        return;
      case 'sub-offer':
        return this.subscribe(message.bank, message.sdp, message.slots);
      case 'candidate': {
        const side = message.pc === 'pub' ? this.pub : this.subs[message.bank ?? 0];
        return side?.addCandidate(message.candidate);
      }
      case 'slots':
        return this.options.onSlots?.(message.slots);
      case 'members':
        return this.options.onMembers?.(message.members);
      case 'closed':
        this.closing = message;
        return;
    }
  }

  private get senders(): RtpSender[] {
    return [this.audio, ...Object.values(this.pictures)];
  }

  private async publish(): Promise<void> {
    this.local = await this.pub.offer();
    this.send({ type: 'pub-offer', sdp: this.offer([]) });
  }

  private renegotiate(screen: SdpDirection): Promise<void> {
    const answered = new Promise<void>((resolve) => (this.answered = resolve));
    const shared = screen === 'sendonly' ? { screen: MID.screen } : {};
    this.send({ type: 'pub-offer', sdp: this.offer([lineOf('screen', H264, screen)]), ...shared });
    return answered;
  }

  private offer(more: MediaLine[]): string {
    return writeSdp(this.local!, [lineOf('microphone', OPUS), lineOf('camera', H264), ...more]);
  }

  private async subscribe(bank: number, sdp: string, slots: MasSlot[]): Promise<void> {
    const { onRtp } = this.options;
    if (!onRtp) return;
    for (const before of this.subs.splice(bank)) before.close();
    const offer = parseSdp(sdp);
    const sub = this.transports.create({
      onState: () => {},
      onCandidate: (candidate) =>
        this.send({ type: 'candidate', pc: 'sub', bank, candidate, mid: offer.media[0]?.mid ?? '0' }),
      onRtp,
      onRtcp: () => {},
    });
    this.subs[bank] = sub;
    const local = await sub.answer(offer.transport);
    const lines = offer.media.map(({ type, mid, codecs }): MediaLine => ({
      type,
      mid,
      codecs,
      direction: 'recvonly',
    }));
    this.send({ type: 'sub-answer', bank, sdp: writeSdp(local, lines) });
    this.options.onSlots?.(slots);
  }

  private feedback(bytes: Buffer): void {
    for (const packet of parseRtcp(bytes) ?? []) {
      const asked =
        packet.type === 'fir'
          ? packet.entries.map(({ ssrc }) => ssrc)
          : packet.type === 'pli'
            ? [packet.mediaSsrc]
            : [];
      for (const ssrc of asked) this.options.onKeyframeRequest?.(ssrc === SSRC.screen ? 'screen' : 'camera');
      if (packet.type !== 'nack') continue;
      const sender = this.senders.find(({ ssrc }) => ssrc === packet.mediaSsrc);
      sender?.resend(packet.sequenceNumbers);
    }
  }

  private send(message: MasClientMessage): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private lost(detail: string): void {
    if (this.closed) return;
    const { code, detail: reason } = this.closing ?? { code: null, detail };
    const joining = this.settle;
    this.shut();
    void this.transports.close();
    if (joining) joining.reject(new Error(code ? `${code}: ${reason}` : reason));
    else this.options.onClosed?.(code, reason);
  }

  private shut(): void {
    this.closed = true;
    clearInterval(this.timer);
    this.pub.close();
    this.subs.forEach((sub) => sub.close());
    this.socket.close();
  }
}

function lineOf(source: MasSource, sent: SdpCodec, direction: SdpDirection = 'sendonly'): MediaLine {
  return {
    type: source === 'microphone' ? 'audio' : 'video',
    ...{ mid: MID[source], direction },
    codecs: [sent],
    send: { ssrc: SSRC[source], stream: 'synthetic', track: source },
  };
}
