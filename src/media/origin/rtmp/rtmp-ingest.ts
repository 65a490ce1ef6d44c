import { decodeAmf0, AmfError } from '../../codec/flv/amf0';
import { parseFlvAudio, parseFlvVideo } from '../../codec/flv/flv';
import { joinAvcc, parseAvcDecoderConfig, splitAvcc } from '../../codec/h264/h264';
import { parseAudioSpecificConfig } from '../../codec/audio/aac';
import { MSG, RtmpProtocolError, type RtmpMessage } from '../../rtmp';
import type { PublishHandle } from '../hub';

/** The publisher sends something that viewers couldn't play; the text is for the person at the encoder. */
export class UnsupportedCodecError extends Error {}

/** Translates one publisher's RTMP messages to units for the hub. */
export class RtmpIngest {
  private lengthBytes = 4;
  private hasVideoConfig = false;
  private hasAudioConfig = false;
  /** Highest timestamp so far, unwrapped, ms. */
  private clock: number | null = null;

  constructor(private readonly target: PublishHandle) {}

  /**
   * @throws UnsupportedCodecError for anything but H.264 and AAC.
   * @throws RtmpProtocolError for malformed media.
   */
  push(message: RtmpMessage): void {
    try {
      if (message.type === MSG.video) this.pushVideo(message);
      else if (message.type === MSG.audio) this.pushAudio(message);
      else this.pushData(message.payload);
    } catch (error) {
      if (error instanceof RangeError) throw new RtmpProtocolError(`malformed H.264: ${error.message}`);
      throw error;
    }
  }

  private pushVideo({ payload, timestampMs }: RtmpMessage): void {
    const video = parseFlvVideo(payload);
    if (!video || video.kind === 'end') return;
    if (video.kind === 'other') throw new UnsupportedCodecError(`video must be H.264, not ${video.codec}`);
    if (video.kind === 'config') return this.pushVideoConfig(video.config, timestampMs);
    if (!this.hasVideoConfig) throw new RtmpProtocolError('video before its configuration');
    const nals = splitAvcc(video.data, this.lengthBytes);
    if (nals.length === 0) return;
    const dtsMs = this.unwrap(timestampMs);
    this.target.write({
      kind: 'video',
      dtsMs,
      ptsMs: dtsMs + video.compositionMs,
      keyframe: video.keyframe,
      data: this.lengthBytes === 4 ? video.data : joinAvcc(nals),
    });
  }

  private pushVideoConfig(record: Buffer, timestampMs: number): void {
    const parsed = parseAvcDecoderConfig(record);
    if (!parsed || parsed.sps.length === 0) throw new RtmpProtocolError('malformed AVC configuration');
    this.lengthBytes = parsed.lengthBytes;
    this.hasVideoConfig = true;
    const config = Buffer.from(record);
    config[4] = 0xff; // frames leave with 4-byte lengths, whatever they came with
    this.target.write({ kind: 'video-config', dtsMs: this.unwrap(timestampMs), config });
  }

  private pushAudio({ payload, timestampMs }: RtmpMessage): void {
    const audio = parseFlvAudio(payload);
    if (!audio) return;
    if (audio.kind === 'other') throw new UnsupportedCodecError(`audio must be AAC, not ${audio.codec}`);
    const dtsMs = this.unwrap(timestampMs);
    if (audio.kind === 'config') {
      if (!parseAudioSpecificConfig(audio.config)) throw new RtmpProtocolError('malformed AAC configuration');
      this.hasAudioConfig = true;
      this.target.write({ kind: 'audio-config', dtsMs, config: audio.config });
    } else if (this.hasAudioConfig && audio.data.length > 0) {
      this.target.write({ kind: 'audio', dtsMs, data: audio.data });
    }
  }

  /** Only the frame rate of the metadata is used: the rest is in the configurations. */
  private pushData(payload: Buffer): void {
    try {
      for (const value of decodeAmf0(payload)) {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
        const fps = Number(value.framerate);
        if (fps > 0 && fps <= 240) this.target.hintFps(fps);
      }
    } catch (error) {
      // Metadata may hold types that nobody needs (AMF3, odd dates): no reason to close a connection.
      if (!(error instanceof AmfError)) throw error;
    }
  }

  /** RTMP timestamps wrap after 49.7 days. */
  private unwrap(timestampMs: number): number {
    if (this.clock === null) return (this.clock = timestampMs);
    const unwrapped = this.clock + ((timestampMs - this.clock) | 0);
    this.clock = Math.max(this.clock, unwrapped);
    return unwrapped;
  }
}
