import type { ClockReading, MediaPacket } from '../webrtc/media-packet';
import type { PublicationReader } from '../webrtc/receive/publication';
import {
  AUDIO_BLOCK_SAMPLES,
  AUDIO_RATE,
  type AudioDecoder,
  type AudioEncoder,
  type EncodedAudio,
} from '../codec/audio/pcm';
import { AudioRing } from '../playout/audio-ring';
import { JitterBuffer } from '../playout/jitter-buffer';
import type { MediaUnit } from '../stream';
import type { TrackClock } from './track-clock';

/** Opus to 48 kHz stereo, and blocks of that to AAC-LC. Both work at once, in the calling thread. */
export interface AudioCodecs {
  createDecoder(): AudioDecoder;
  createEncoder(): AudioEncoder;
}

/** A hole that was not filled after this time is covered up, ms. */
const GIVE_UP_MS = 120;
/** After this time without sound there is silence, ms. */
const STARVED_MS = 500;
/** Silence longer than this is skipped and not encoded, samples: the process was stopped meanwhile. */
const MAX_SILENCE = 5 * AUDIO_RATE;
const MS_SAMPLES = AUDIO_RATE / 1000;
const EMPTY = new Float32Array(0);

type Numbered = MediaPacket & { sequenceNumber: number };

/**
 * A publisher's Opus on its way from RTP to AAC units. Sound is written at its sample number and read in blocks
 * without a hole: what is lost is covered up, and a publisher who sends no sound gets silence, since stock players
 * don't add a sound track later.
 */
export class AudioTrack implements PublicationReader {
  readonly waiting = false;
  private readonly decoder: AudioDecoder;
  private readonly encoder: AudioEncoder;
  private jitter = new JitterBuffer<Numbered>();
  private ring = new AudioRing();
  /** First sample that was not encoded yet; null before the beginning. */
  private readAt: number | null = null;
  private blocks = 0;
  private lastPacketMs: number;
  private closed = false;

  /**
   * @param nowMs monotonic, as in all that follows
   * @param expected false: no sound was negotiated, silence is wanted from the beginning
   * @throws Error when a codec can't be opened
   */
  constructor(
    codecs: AudioCodecs,
    private readonly timing: TrackClock,
    nowMs: number,
    expected: boolean,
    private readonly emit: (unit: MediaUnit) => void,
  ) {
    this.decoder = codecs.createDecoder();
    this.encoder = codecs.createEncoder();
    this.lastPacketMs = expected ? nowMs : -Infinity;
    emit({ kind: 'audio-config', dtsMs: Math.round(nowMs), config: this.encoder.config });
  }

  write(packet: MediaPacket, nowMs: number): void {
    if (this.closed || packet.payload.length === 0) return;
    const outcome = this.jitter.push({ ...packet, sequenceNumber: packet.sequence & 0xffff }, nowMs);
    if (outcome === 'late' || outcome === 'duplicate') return;
    this.timing.observe(packet.timestamp, nowMs);
    this.lastPacketMs = nowMs;
    this.decodeReady(nowMs);
  }

  clock(reading: ClockReading): void {
    this.timing.onSenderReport(reading);
  }

  restart(): void {
    this.jitter = new JitterBuffer<Numbered>();
  }

  /** To be called every 20 ms: gives up holes that are too old, and brings silence where nothing comes. */
  scan(nowMs: number): void {
    if (this.closed) return;
    const age = this.jitter.gapAge(nowMs);
    if (age !== null && age > GIVE_UP_MS) this.jitter.skipGap();
    this.decodeReady(nowMs);
    if (nowMs - this.lastPacketMs <= STARVED_MS) return;
    const to = Math.round(nowMs * MS_SAMPLES);
    this.begin(to);
    this.silence(to);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.decoder.close();
    this.encoder.close();
  }

  private decodeReady(nowMs: number): void {
    if (this.timing.inDoubt(nowMs)) return;
    for (let packet = this.jitter.pop(); packet; packet = this.jitter.pop()) {
      const at = Math.round(this.timing.place(packet.timestamp, nowMs) * MS_SAMPLES);
      const sound = this.decoder.decode(packet.payload);
      if (sound) this.put(at, sound.left, sound.right);
    }
  }

  private put(at: number, left: Float32Array, right: Float32Array): void {
    this.begin(at);
    // Silence took its place already.
    if (at + left.length <= this.readAt!) return;
    this.silence(at);
    this.ring.write(at, left, right, this.readAt!);
    this.encodeReady();
  }

  private begin(at: number): void {
    if (this.readAt !== null) return;
    this.readAt = at;
    this.ring.write(at, EMPTY, EMPTY, at);
  }

  /** What is missing up to a sample is covered up: the sound before it fades into silence. */
  private silence(to: number): void {
    if (to - this.ring.end! > MAX_SILENCE) {
      this.ring = new AudioRing();
      this.readAt = to;
      this.ring.write(to, EMPTY, EMPTY, to);
    }
    while (this.ring.end! < to) {
      this.ring.fill(Math.min(this.ring.end! + AUDIO_BLOCK_SAMPLES, to));
      this.encodeReady();
    }
  }

  private encodeReady(): void {
    const { ring, encoder } = this;
    while (ring.end! - this.readAt! >= AUDIO_BLOCK_SAMPLES) {
      ring.read(this.readAt!, AUDIO_BLOCK_SAMPLES, encoder.left, encoder.right);
      this.readAt! += AUDIO_BLOCK_SAMPLES;
      const frame = encoder.encode(this.blocks++);
      // The encoder's first frame lies before the first sample.
      if (frame && frame.sample >= 0) this.send(frame);
    }
  }

  private send({ sample, data }: EncodedAudio): void {
    const first = this.readAt! - this.blocks * AUDIO_BLOCK_SAMPLES;
    this.emit({ kind: 'audio', dtsMs: Math.round((first + sample) / MS_SAMPLES), data });
  }
}
