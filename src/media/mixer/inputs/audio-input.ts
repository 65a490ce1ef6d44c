import { ntpToMs, type SenderReport } from '../../codec/rtp/rtcp';
import type { RtpPacket } from '../../codec/rtp/rtp';
import { AUDIO_BLOCK_SAMPLES, AUDIO_RATE, type AudioDecoder } from '../../codec/audio/pcm';
import type { AudioSource } from '../mps/audio-mixer';
import { AudioRing } from '../../playout/audio-ring';
import { JitterBuffer } from '../../playout/jitter-buffer';
import { MAX_DELAY_MS, type PlayoutClock } from '../../playout/playout-clock';
import { StreamPlayout } from '../../playout/stream-playout';

/**
 * Further off than this the reader jumps, as after a step of the clock, which pictures follow at once; below, it runs a
 * little faster or slower. Samples.
 */
const JUMP_SAMPLES = 0.02 * AUDIO_RATE;
/** The same while sound is missing. */
const BROKEN_JUMP_SAMPLES = 0.005 * AUDIO_RATE;
/** An error of this many samples (a third of a ms) is corrected by one sample per block. */
const SAMPLES_PER_STEP = 16;
/** Fastest correction, samples per block of 1024: 0.6 %, a tenth of a semitone. */
const MAX_STEP = 6;
/** Without a packet for this long the source is taken to be silent, ms. */
const SILENT_AFTER_MS = 1000;
/** Samples of the cross-fade at a jump. */
const CROSSFADE = 256;
/** A block is read when its first sample is due. */
const BLOCK_MS = (AUDIO_BLOCK_SAMPLES * 1000) / AUDIO_RATE;
/** Linear interpolation looks one sample ahead. */
const LOOK_AHEAD = 1;

/**
 * One member's Opus stream. Packets are brought into order and decoded into a ring; the mixer reads blocks at the
 * time they are due. The difference between where it reads and where it should read (drift of the sender's clock, a
 * changed delay) is worked off by reading a few samples more or fewer per block.
 */
export class AudioInput implements AudioSource {
  private readonly jitter = new JitterBuffer();
  private readonly ring = new AudioRing();
  private readonly playout: StreamPlayout;
  private readAt: number | null = null;
  private lastPacketMs = -Infinity;
  private readonly otherLeft = new Float32Array(CROSSFADE);
  private readonly otherRight = new Float32Array(CROSSFADE);
  private closed = false;
  /** Whether anything was ever decoded. */
  heard = false;

  constructor(
    member: PlayoutClock,
    private readonly decoder: AudioDecoder,
  ) {
    this.playout = new StreamPlayout(AUDIO_RATE, member, MAX_DELAY_MS, BLOCK_MS);
  }

  get packetsLost(): number {
    return this.jitter.lost;
  }

  onRtp(packet: RtpPacket, nowMs: number): void {
    if (this.closed || packet.payload.length === 0) return;
    const outcome = this.jitter.push(packet, nowMs);
    if (outcome === 'duplicate') return;
    // Late packets count too: the delay grows until retransmissions arrive in time.
    this.playout.observe(packet.timestamp, nowMs);
    if (outcome === 'late') return;
    this.lastPacketMs = nowMs;
    this.decodeReady();
  }

  onSenderReport(report: SenderReport): void {
    this.playout.onSenderReport(ntpToMs(report.ntp), report.rtpTimestamp);
  }

  /** Sequence numbers to ask the sender for now. */
  requests(nowMs: number): number[] {
    return this.jitter.requests(nowMs);
  }

  /** The block that starts at `atMs` (monotonic); false when the source is silent. */
  read(atMs: number, left: Float32Array, right: Float32Array): boolean {
    if (this.playout.inDoubt) this.settle(atMs);
    if (this.closed || this.ring.end === null || atMs - this.lastPacketMs > SILENT_AFTER_MS) {
      this.readAt = null;
      return false;
    }
    const broken = this.readAt !== null && this.ring.end < this.readAt + left.length;
    // The gap is audible anyway: a good moment to correct the delay.
    if (broken) this.playout.catchUp();
    const target = this.ticksAt(atMs);
    const tolerance = broken ? BROKEN_JUMP_SAMPLES : JUMP_SAMPLES;
    const jumped = this.readAt !== null && Math.abs(target - this.readAt) > tolerance;
    if (jumped) this.keepTail();
    if (this.readAt === null || jumped) this.readAt = target;
    const step = Math.trunc((target - this.readAt) / SAMPLES_PER_STEP);
    const count = left.length + Math.max(-MAX_STEP, Math.min(MAX_STEP, step));
    this.ensure(this.readAt + count + LOOK_AHEAD);
    this.ring.read(this.readAt, count, left, right);
    if (jumped) this.crossfade(left, right);
    this.readAt += count;
    return true;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.decoder.close();
  }

  /** Sample number due at `atMs`. */
  private ticksAt(atMs: number): number {
    const end = this.ring.end!;
    return end + Math.round(((atMs - this.playout.playoutMs(end)) * AUDIO_RATE) / 1000);
  }

  /** Sound up to `end` is needed now: holes before it are given up, and what is then missing is filled. */
  private ensure(end: number): void {
    while (this.ring.end! < end && this.jitter.size > 0 && !this.playout.inDoubt) {
      const next = this.jitter.peekAfterGap();
      if (!next || this.playout.timeline.ticks(next.timestamp) >= end) break;
      this.jitter.skipGap();
      this.decodeReady();
    }
    this.ring.fill(end);
  }

  private settle(nowMs: number): void {
    this.playout.settle(nowMs);
    this.decodeReady();
  }

  private decodeReady(): void {
    if (this.playout.inDoubt) return;
    for (let packet = this.jitter.pop(); packet; packet = this.jitter.pop()) {
      const sound = this.decoder.decode(packet.payload);
      if (!sound) continue;
      this.heard = true;
      const at = this.playout.timeline.ticks(packet.timestamp);
      this.ring.write(at, sound.left, sound.right, this.readAt ?? at);
    }
  }

  private keepTail(): void {
    this.ring.fill(this.readAt! + CROSSFADE + LOOK_AHEAD);
    this.ring.read(this.readAt!, CROSSFADE, this.otherLeft, this.otherRight);
  }

  private crossfade(left: Float32Array, right: Float32Array): void {
    for (let i = 0; i < CROSSFADE; i++) {
      const weight = i / CROSSFADE;
      left[i] = left[i]! * weight + this.otherLeft[i]! * (1 - weight);
      right[i] = right[i]! * weight + this.otherRight[i]! * (1 - weight);
    }
  }
}
