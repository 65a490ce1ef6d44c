import type { StreamAudio, StreamTransport, StreamVideo, StreamWarning } from '../../contracts';
import { parseAudioSpecificConfig } from '../codec/audio/aac';
import { parseAvcDecoderConfig, pictureInfoOf } from '../codec/h264/h264';
import type { StreamSnapshot } from '../contract';
import type { Measured } from './stream-meter';

/** What is known of a publisher's stream without measuring. */
interface Known {
  transport: StreamTransport;
  /** AVCDecoderConfigurationRecord, AudioSpecificConfig; null: it has none. */
  video: Buffer | null;
  audio: Buffer | null;
  /** For encoders whose SPS doesn't tell; 0: unknown. */
  fpsHint: number;
  reorders: boolean;
}

export function streamSnapshot(known: Known, measured: Measured): StreamSnapshot {
  return {
    transport: known.transport,
    video: videoOf(known, measured.video),
    audio: audioOf(known, measured.audio),
    usualBitrate: measured.usual === null ? null : rounded(measured.usual),
    warnings: warningsOf(known, measured),
  };
}

function warningsOf({ reorders }: Known, { hasPicture, hasSound, isLow }: Measured): StreamWarning[] {
  const all: Record<StreamWarning, boolean> = {
    b_frames: reorders,
    no_sound: !hasSound,
    no_picture: !hasPicture,
    low_bitrate: isLow,
  };
  return (Object.keys(all) as StreamWarning[]).filter((warning) => all[warning]);
}

function videoOf({ video, fpsHint }: Known, bitrate: number): StreamVideo | null {
  const info = video && pictureInfoOf(video);
  if (!info) return null;
  const { width, height, fps } = info;
  return {
    ...{ codec: 'h264', profile: profileOf(video), width, height },
    fps: fps || fpsHint,
    bitrate: rounded(bitrate),
  };
}

function audioOf({ audio }: Known, bitrate: number): StreamAudio | null {
  const config = audio && parseAudioSpecificConfig(audio);
  if (!config) return null;
  const { sampleRate, channels } = config;
  return { codec: 'aac', sampleRate, channels, bitrate: rounded(bitrate) };
}

const PROFILES: Record<number, string> = { 66: 'baseline', 77: 'main', 100: 'high' };
/** Of a baseline: constrained (14496-10, A.2.1.1). */
const CONSTRAINT_SET1 = 0x40;

function profileOf(record: Buffer): string {
  const { profile, compatibility } = parseAvcDecoderConfig(record)!;
  const name = PROFILES[profile] ?? String(profile);
  return name === 'baseline' && (compatibility & CONSTRAINT_SET1) !== 0 ? 'constrained-baseline' : name;
}

/** To thousands: finer is noise. */
function rounded(bitrate: number): number {
  return Math.round(bitrate / 1000) * 1000;
}

/** A bitrate that has moved by more than this share is news, soon; by less, later. */
const MOVED = 0.1;
const SOON_MS = 4000;
const LATER_MS = 10_000;

/** Bitrates never stand still: control, which writes down what it is told, gets them in steps. All else at once. */
export class LastTold {
  private told: StreamSnapshot | null = null;
  private toldMs = -Infinity;

  /** @param nowMs of a clock that only rises */
  of(stream: StreamSnapshot, nowMs: number): StreamSnapshot {
    if (this.told && !this.isNews(this.told, stream, nowMs - this.toldMs)) return this.told;
    this.told = stream;
    this.toldMs = nowMs;
    return stream;
  }

  private isNews(told: StreamSnapshot, stream: StreamSnapshot, ageMs: number): boolean {
    if (shapeOf(told) !== shapeOf(stream)) return true;
    const [before, now] = [ratesOf(told), ratesOf(stream)];
    const moved = now.some((rate, index) => Math.abs(rate - before[index]!) > MOVED * before[index]!);
    return ageMs >= (moved ? SOON_MS : LATER_MS);
  }
}

function ratesOf({ video, audio, usualBitrate }: StreamSnapshot): number[] {
  return [video?.bitrate ?? 0, audio?.bitrate ?? 0, usualBitrate ?? 0];
}

/** All but the rates. */
function shapeOf({ transport, video, audio, usualBitrate, warnings }: StreamSnapshot): string {
  const picture = video && [video.profile, video.width, video.height, video.fps];
  const sound = audio && [audio.sampleRate, audio.channels];
  return [transport, picture, sound, usualBitrate !== null, warnings].join('|');
}
