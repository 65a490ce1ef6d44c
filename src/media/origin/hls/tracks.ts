import { parseAudioSpecificConfig } from '../../codec/audio/aac';
import {
  AUDIO_TRACK_ID,
  initSegment,
  VIDEO_TIMESCALE,
  VIDEO_TRACK_ID,
  type Fmp4Audio,
  type Fmp4Video,
} from '../../codec/fmp4/fmp4';
import { pictureInfoOf } from '../../codec/h264/h264';
import type { Stream } from '../../stream';

/** What a stream's configurations make of its fragments. */
export interface Tracks {
  video: Fmp4Video | null;
  audio: Fmp4Audio | null;
  /** The initialisation segment. */
  init: Buffer;
  /** RFC 6381, as in CODECS. */
  codecs: string;
}

/** Null when there is nothing in the stream's configurations that can be decoded. */
export function tracksOf(stream: Pick<Stream, 'video' | 'audio'>): Tracks | null {
  const video = stream.video && videoTrack(stream.video);
  const audio = stream.audio && audioTrack(stream.audio);
  if (!video && !audio) return null;
  const codecs = [video && avcCodec(video.config), audio && aacCodec(audio.config)];
  return {
    video,
    audio,
    init: initSegment({ video, audio }),
    codecs: codecs.filter((codec) => codec !== null).join(','),
  };
}

function videoTrack(config: Buffer): Fmp4Video | null {
  const info = pictureInfoOf(config);
  return (
    info && {
      id: VIDEO_TRACK_ID,
      timescale: VIDEO_TIMESCALE,
      width: info.width,
      height: info.height,
      config,
    }
  );
}

function audioTrack(config: Buffer): Fmp4Audio | null {
  const info = parseAudioSpecificConfig(config);
  if (!info) return null;
  const { sampleRate, channels } = info;
  return { id: AUDIO_TRACK_ID, timescale: sampleRate, sampleRate, channels: channels || 2, config };
}

/** avc1.PPCCLL (RFC 6381, 3.3): profile, constraints and level as the record has them. */
function avcCodec(config: Buffer): string {
  return `avc1.${config.toString('hex', 1, 4)}`;
}

function aacCodec(config: Buffer): string {
  return `mp4a.40.${parseAudioSpecificConfig(config)?.objectType ?? 2}`;
}
