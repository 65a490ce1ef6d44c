import type { EgressSource, MasSource } from '../../../contracts';
import type { MixSeat } from '../../contract';
import { parseRtcp, type RtcpPacket, serializeRtcp } from '../../codec/rtp/rtcp';
import { isRtcp, parseRtp } from '../../codec/rtp/rtp';
import type { AudioDecoder } from '../../codec/audio/pcm';
import type { DecodedPicture } from '../../ffmpeg/video-decoder';
import { AudioInput } from './audio-input';
import { PlayoutClock } from '../../playout/playout-clock';
import type { ScreenState } from '../screens';
import { UserInputs } from './user-inputs';
import { type VideoDecoder, VideoInput } from './video-input';

export interface DecoderFactory {
  audio(): AudioDecoder;
  video(codec: 'h264' | 'vp8'): VideoDecoder<DecodedPicture>;
}

interface OpenSource {
  source: EgressSource;
  input: AudioInput | VideoInput<DecodedPicture>;
}

/** A seat as it is seen: `video` its camera, `screen` its screen. */
export interface InputSeat extends MixSeat {
  screen: boolean;
}

/** SSRC under which the mixer sends its feedback. */
const FEEDBACK_SSRC = 1;

/** All that comes from one conference: sources by SSRC, and by user. Only seated users are decoded, and what is seen of them. */
export class Inputs {
  private readonly open = new Map<number, OpenSource>();
  private readonly clocks = new Map<string, PlayoutClock>();
  private readonly users = new Map<string, UserInputs>();
  private sources: EgressSource[] = [];
  private seats = new Map<string, InputSeat>();
  private closedLost = 0;
  private closedRequests = 0;

  constructor(private readonly decoders: DecoderFactory) {}

  /** Sources open now. */
  get count(): number {
    return this.open.size;
  }
  get packetsLost(): number {
    let sum = this.closedLost;
    for (const { input } of this.open.values()) sum += input.packetsLost;
    return sum;
  }
  get keyframeRequests(): number {
    let sum = this.closedRequests;
    for (const { input } of this.open.values())
      sum += input instanceof VideoInput ? input.keyframeRequests : 0;
    return sum;
  }

  user(userId: string): UserInputs | undefined {
    return this.users.get(userId);
  }

  /** Whether a user shares a screen: `shown` once there is a picture of it. */
  screen(userId: string, nowMs: number): ScreenState | null {
    const offered = this.sources.some((source) => source.userId === userId && sourceOf(source) === 'screen');
    if (!offered) return null;
    return this.users.get(userId)?.screen.has(nowMs) ? 'shown' : 'offered';
  }

  setSeats(seats: InputSeat[]): void {
    this.seats = new Map(seats.map((seat) => [seat.userId, seat]));
    this.reconcile();
  }

  setSources(sources: EgressSource[]): void {
    this.sources = sources;
    this.reconcile();
  }

  onDatagram(datagram: Buffer, nowMs: number): void {
    if (isRtcp(datagram)) {
      for (const packet of parseRtcp(datagram) ?? []) {
        if (packet.type === 'sr') this.open.get(packet.ssrc)?.input.onSenderReport(packet);
      }
      return;
    }
    const packet = parseRtp(datagram);
    const target = packet ? this.open.get(packet.ssrc) : undefined;
    if (packet && target?.source.payloadType === packet.payloadType) target.input.onRtp(packet, nowMs);
  }

  /** Requests for lost packets and keyframes that are due, as RTCP packets. */
  feedback(nowMs: number): Buffer[] {
    const packets: Buffer[] = [];
    for (const [mediaSsrc, { input }] of this.open) {
      const wanted: RtcpPacket[] = [];
      const sequenceNumbers = input.requests(nowMs);
      if (sequenceNumbers.length > 0) {
        wanted.push({ type: 'nack', senderSsrc: FEEDBACK_SSRC, mediaSsrc, sequenceNumbers });
      }
      if (input instanceof VideoInput && input.wantsKeyframe(nowMs)) {
        wanted.push({ type: 'pli', senderSsrc: FEEDBACK_SSRC, mediaSsrc });
      }
      if (wanted.length > 0) {
        // RFC 3550 §6.1: a compound packet begins with a report, even an empty one.
        packets.push(serializeRtcp([{ type: 'rr', ssrc: FEEDBACK_SSRC, reports: [] }, ...wanted]));
      }
    }
    return packets;
  }

  close(): void {
    this.sources = [];
    this.setSeats([]);
  }

  /** Opens and closes sources so that exactly the seated users' newest ones are decoded, of pictures those that are seen. */
  private reconcile(): void {
    const wanted = new Map<string, EgressSource>();
    // A user who came back may be listed twice for a moment; the later entry is the newer.
    for (const source of this.sources) {
      const seat = this.seats.get(source.userId);
      if (seat && isWanted(seat, sourceOf(source))) wanted.set(keyOf(source), source);
    }
    const keep = new Set([...wanted.values()].map((source) => source.ssrc));
    for (const [ssrc, entry] of this.open) {
      if (!keep.has(ssrc) || !sameSource(entry.source, wanted)) this.closeSource(ssrc, entry);
    }
    this.reconcileUsers();
    for (const source of wanted.values()) if (!this.open.has(source.ssrc)) this.openSource(source);
    for (const [userId, { video, screen }] of this.seats) {
      const user = this.users.get(userId)!;
      if (!video) user.camera.hide();
      if (!screen) user.screen.hide();
    }
    const clocks = new Set(this.sources.map(clockOf));
    for (const name of this.clocks.keys()) if (!clocks.has(name)) this.clocks.delete(name);
  }

  private reconcileUsers(): void {
    for (const [userId, user] of this.users) {
      if (this.seats.has(userId)) continue;
      user.close();
      this.users.delete(userId);
    }
    for (const userId of this.seats.keys()) {
      if (!this.users.has(userId)) this.users.set(userId, new UserInputs());
    }
  }

  private openSource(source: EgressSource): void {
    const user = this.users.get(source.userId)!;
    const clock = this.clocks.get(clockOf(source)) ?? new PlayoutClock();
    this.clocks.set(clockOf(source), clock);
    const picture = sourceOf(source) === 'screen' ? user.screen : user.camera;
    const input =
      source.codec === 'opus'
        ? (user.audio = new AudioInput(clock, this.decoders.audio()))
        : (picture.video = new VideoInput(source.codec, clock, this.decoders.video(source.codec)));
    this.open.set(source.ssrc, { source, input });
  }

  private closeSource(ssrc: number, { source, input }: OpenSource): void {
    this.closedLost += input.packetsLost;
    if (input instanceof VideoInput) this.closedRequests += input.keyframeRequests;
    input.close();
    this.open.delete(ssrc);
    const user = this.users.get(source.userId);
    if (user?.audio === input) user.audio = null;
    for (const picture of [user?.camera, user?.screen]) if (picture?.video === input) picture.video = null;
  }
}

function sameSource(a: EgressSource, wanted: Map<string, EgressSource>): boolean {
  const b = wanted.get(keyOf(a));
  return (
    b?.ssrc === a.ssrc && b.codec === a.codec && b.payloadType === a.payloadType && b.memberId === a.memberId
  );
}

function isWanted(seat: InputSeat, source: MasSource): boolean {
  return { microphone: true, camera: seat.video, screen: seat.screen }[source];
}

function sourceOf({ source, kind }: EgressSource): MasSource {
  return source ?? (kind === 'audio' ? 'microphone' : 'camera');
}

function keyOf(source: EgressSource): string {
  return `${sourceOf(source)} ${source.userId}`;
}

/** Camera and microphone keep step. A screen doesn't: the bursts in which it comes would delay what is said. */
function clockOf(source: EgressSource): string {
  return `${sourceOf(source) === 'screen' ? 'screen' : 'person'} ${source.memberId}`;
}
