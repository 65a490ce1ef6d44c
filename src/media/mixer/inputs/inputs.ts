import type { EgressSource } from '../../../contracts';
import type { MixSeat } from '../../contract';
import { parseRtcp, type RtcpPacket, serializeRtcp } from '../../codec/rtp/rtcp';
import { isRtcp, parseRtp } from '../../codec/rtp/rtp';
import type { AudioDecoder } from '../../codec/audio/pcm';
import type { DecodedPicture } from '../../ffmpeg/video-decoder';
import { AudioInput } from './audio-input';
import { PlayoutClock } from '../../playout/playout-clock';
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

/** SSRC under which the mixer sends its feedback. */
const FEEDBACK_SSRC = 1;

/** All that comes from one conference: sources by SSRC, and by user. Only seated users are decoded, and no hidden cameras. */
export class Inputs {
  private readonly open = new Map<number, OpenSource>();
  private readonly clocks = new Map<string, PlayoutClock>();
  private readonly users = new Map<string, UserInputs>();
  private sources: EgressSource[] = [];
  private seats = new Map<string, MixSeat>();
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

  setSeats(seats: MixSeat[]): void {
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

  /** Opens and closes sources so that exactly the seated users' newest ones are decoded, but for hidden cameras. */
  private reconcile(): void {
    const wanted = new Map<string, EgressSource>();
    // A user who came back may be listed twice for a moment; the later entry is the newer.
    for (const source of this.sources) {
      const seat = this.seats.get(source.userId);
      if (seat && (source.kind === 'audio' || seat.video))
        wanted.set(`${source.userId} ${source.kind}`, source);
    }
    const keep = new Set([...wanted.values()].map((source) => source.ssrc));
    for (const [ssrc, entry] of this.open) {
      if (!keep.has(ssrc) || !sameSource(entry.source, wanted)) this.closeSource(ssrc, entry);
    }
    this.reconcileUsers();
    for (const source of wanted.values()) if (!this.open.has(source.ssrc)) this.openSource(source);
    for (const [userId, seat] of this.seats) if (!seat.video) this.users.get(userId)!.hide();
    const members = new Set(this.sources.map((source) => source.memberId));
    for (const memberId of this.clocks.keys()) if (!members.has(memberId)) this.clocks.delete(memberId);
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
    const clock = this.clocks.get(source.memberId) ?? new PlayoutClock();
    this.clocks.set(source.memberId, clock);
    const input =
      source.codec === 'opus'
        ? (user.audio = new AudioInput(clock, this.decoders.audio()))
        : (user.video = new VideoInput(source.codec, clock, this.decoders.video(source.codec)));
    this.open.set(source.ssrc, { source, input });
  }

  private closeSource(ssrc: number, { source, input }: OpenSource): void {
    this.closedLost += input.packetsLost;
    if (input instanceof VideoInput) this.closedRequests += input.keyframeRequests;
    input.close();
    this.open.delete(ssrc);
    const user = this.users.get(source.userId);
    if (user?.audio === input) user.audio = null;
    if (user?.video === input) user.video = null;
  }
}

function sameSource(a: EgressSource, wanted: Map<string, EgressSource>): boolean {
  const b = wanted.get(`${a.userId} ${a.kind}`);
  return (
    b?.ssrc === a.ssrc && b.codec === a.codec && b.payloadType === a.payloadType && b.memberId === a.memberId
  );
}
