import { decodeAmf0, AmfError, type AmfObject } from '../../codec/flv/amf0';
import { parseFlvAudio, parseFlvVideo } from '../../codec/flv/flv';
import { hasSlice, isKeyframe, isParameterSet, normalNals } from '../../codec/h264/access-unit';
import { joinAvcc, parseAvcDecoderConfig } from '../../codec/h264/h264';
import { parseAudioSpecificConfig, unplayableAac } from '../../codec/audio/aac';
import { MSG, type RtmpMessage } from '../../rtmp';
import type { PublishHandle } from '../hub';
import { RELAYED_FROM } from '../relay/relay-writer';
import { LeadIn } from './lead-in';
import { RtmpRefusal } from './rtmp-refusal';

/** Pictures are never shown further from their DTS than this, ms: a broken value would move the whole stream. */
const MAX_COMPOSITION_MS = 10_000;

/** Translates one publisher's RTMP messages to units for the hub. */
export class RtmpIngest {
  private lengthBytes = 4;
  private hasVideoConfig = false;
  private hasAudioConfig = false;
  /** Its pictures have come to their end, as far as it has said. */
  private videoEnded = false;
  /** Parameter sets that came in a message without a picture: they are for the next one. */
  private parameterSets: Buffer[] = [];
  /** Highest timestamp so far, unwrapped, ms. */
  private clock: number | null = null;
  private readonly leadIn: LeadIn;

  constructor(
    private readonly channelId: string,
    private readonly target: PublishHandle,
  ) {
    this.leadIn = new LeadIn((unit) => target.write(unit));
  }

  /**
   * @throws RtmpRefusal: `codec_unsupported` for anything but H.264 and AAC, `media_invalid` for malformed media,
   *   `relay_loop` for what the channel itself sent out.
   */
  push(message: RtmpMessage): void {
    if (message.type === MSG.video) this.pushVideo(message);
    else if (message.type === MSG.audio) this.pushAudio(message);
    else this.pushData(message.payload);
  }

  private pushVideo({ payload, timestampMs }: RtmpMessage): void {
    const video = parseFlvVideo(payload);
    if (!video) return;
    this.videoEnded = video.kind === 'end' && this.hasVideoConfig;
    if (video.kind === 'end') return;
    if (video.kind === 'other')
      throw new RtmpRefusal('codec_unsupported', `video must be H.264, not ${video.codec}`);
    if (video.kind === 'config') return this.pushVideoConfig(video.config, timestampMs);
    if (!this.hasVideoConfig) throw new RtmpRefusal('media_invalid', 'video before its configuration');
    if (Math.abs(video.compositionMs) > MAX_COMPOSITION_MS)
      throw new RtmpRefusal('media_invalid', `a composition time of ${video.compositionMs} ms`);
    const nals = this.split(video.data);
    if (!hasSlice(nals)) return this.keepSets(nals);
    const dtsMs = this.unwrap(timestampMs);
    const ptsMs = dtsMs + video.compositionMs;
    const data = joinAvcc([...this.parameterSets, ...nals]);
    this.parameterSets = [];
    this.leadIn.write({ kind: 'video', dtsMs, ptsMs, keyframe: isKeyframe(nals, video.keyframe), data });
  }

  private keepSets(nals: Buffer[]): void {
    const sets = nals.filter(isParameterSet);
    if (sets.length > 0) this.parameterSets = sets;
  }

  private split(data: Buffer): Buffer[] {
    try {
      return normalNals(data, this.lengthBytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RtmpRefusal('media_invalid', `malformed H.264: ${error.message}`);
    }
  }

  private pushVideoConfig(record: Buffer, timestampMs: number): void {
    if (record.length === 0) return; // says nothing; the real one follows
    const parsed = parseAvcDecoderConfig(record);
    if (!parsed || parsed.sps.length === 0)
      throw new RtmpRefusal('media_invalid', 'malformed AVC configuration');
    this.lengthBytes = parsed.lengthBytes;
    this.hasVideoConfig = true;
    const config = Buffer.from(record);
    config[4] = 0xff; // frames leave with 4-byte lengths, whatever they came with
    this.leadIn.write({ kind: 'video-config', dtsMs: this.unwrap(timestampMs), config });
  }

  private pushAudio({ payload, timestampMs }: RtmpMessage): void {
    const audio = parseFlvAudio(payload);
    if (!audio) return;
    if (audio.kind === 'other')
      throw new RtmpRefusal('codec_unsupported', `audio must be AAC, not ${audio.codec}`);
    if (audio.kind === 'config') return this.pushAudioConfig(audio.config, timestampMs);
    if (!this.hasAudioConfig || audio.data.length === 0) return;
    this.leadIn.write({ kind: 'audio', dtsMs: this.unwrap(timestampMs), data: audio.data });
  }

  private pushAudioConfig(config: Buffer, timestampMs: number): void {
    if (config.length === 0) return; // says nothing; the real one follows
    const parsed = parseAudioSpecificConfig(config);
    if (!parsed) throw new RtmpRefusal('media_invalid', 'malformed AAC configuration');
    const unplayable = unplayableAac(config, parsed);
    if (unplayable)
      throw new RtmpRefusal('codec_unsupported', `audio must be AAC-LC or HE-AAC, not ${unplayable}`);
    this.hasAudioConfig = true;
    this.leadIn.write({ kind: 'audio-config', dtsMs: this.unwrap(timestampMs), config });
  }

  /** Of the metadata only the frame rate and what tracks there are is used: the rest is in the configurations. */
  private pushData(payload: Buffer): void {
    try {
      for (const value of decodeAmf0(payload)) {
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) this.takeMetadata(value);
      }
    } catch (error) {
      // Metadata may hold types that nobody needs (AMF3, odd dates): no reason to close a connection.
      if (!(error instanceof AmfError)) throw error;
    }
  }

  private takeMetadata(metadata: AmfObject): void {
    if (metadata[RELAYED_FROM] === this.channelId)
      throw new RtmpRefusal('relay_loop', 'this is the channel’s own relay');
    const fps = Number(metadata.framerate);
    if (fps > 0 && fps <= 240) this.target.hintFps(fps);
    const tracks = { audio: 'audiocodecid' in metadata, video: 'videocodecid' in metadata };
    if (tracks.audio || tracks.video) this.leadIn.announce(tracks);
    if (this.videoEnded && tracks.audio && !tracks.video) this.dropVideo();
  }

  /** The end of a sequence alone comes before another one, or the end of the stream. */
  private dropVideo(): void {
    this.videoEnded = this.hasVideoConfig = false;
    this.target.dropVideo();
  }

  /** RTMP timestamps wrap after 49.7 days. */
  private unwrap(timestampMs: number): number {
    if (this.clock === null) return (this.clock = timestampMs);
    const unwrapped = this.clock + ((timestampMs - this.clock) | 0);
    this.clock = Math.max(this.clock, unwrapped);
    return unwrapped;
  }
}
