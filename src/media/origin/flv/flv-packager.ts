import { encodeAmf0, EcmaArray, type AmfObject } from '../../codec/flv/amf0';
import { parseAudioSpecificConfig } from '../../codec/audio/aac';
import { silentFrameOf } from '../../codec/audio/aac-silence';
import {
  aacConfigBody,
  aacFrameBody,
  avcConfigBody,
  avcFrameBody,
  flvHeader,
  flvTag,
  FLV_AUDIO,
  FLV_SCRIPT,
  FLV_VIDEO,
} from '../../codec/flv/flv';
import { joinAvcc, NAL, pictureInfoOf } from '../../codec/h264/h264';
import type { DiscontinuityUnit, MediaUnit, Packager, Stream } from '../../stream';

/** An access unit of one end-of-sequence NAL (14496-10, 7.3.2.5). */
const END_OF_SEQUENCE = joinAvcc([Buffer.from([NAL.endOfSequence])]);
/** Between the two markers, ms. */
const MARKER_STEP_MS = 5;

/** A stream's bytes as FLV. */
export class FlvPackager implements Packager {
  /**
   * Before other configurations, send two inter frames that hold only an end-of-sequence NAL. mpegts.js and flv.js keep
   * one or two samples back and would emit them after the new initialisation segment, where the old picture can't be
   * decoded any more; so they keep the markers instead, which decode to nothing. Of sound they keep one sample back,
   * and a single one that came since: two frames of silence, the first for the old decoder and the second for the new.
   */
  markers = true;

  open(stream: Stream): Buffer {
    return Buffer.concat([
      flvHeader(stream.audio !== null, stream.video !== null),
      // Time 0 whenever the reader came: ffmpeg's players invent a subtitle stream otherwise.
      flvTag(FLV_SCRIPT, 0, encodeAmf0(['onMetaData', new EcmaArray(streamMetadata(stream))])),
    ]);
  }

  pack(unit: MediaUnit): Buffer {
    switch (unit.kind) {
      case 'video':
        return flvTag(FLV_VIDEO, unit.dtsMs, avcFrameBody(unit.keyframe, unit.ptsMs - unit.dtsMs, unit.data));
      case 'audio':
        return flvTag(FLV_AUDIO, unit.dtsMs, aacFrameBody(unit.data));
      case 'video-config':
        return flvTag(FLV_VIDEO, unit.dtsMs, avcConfigBody(unit.config));
      case 'audio-config':
        return flvTag(FLV_AUDIO, unit.dtsMs, aacConfigBody(unit.config));
      case 'discontinuity':
        return this.markers ? endMarkers(unit) : Buffer.alloc(0);
    }
  }
}

function endMarkers({ dtsMs, sound }: DiscontinuityUnit): Buffer {
  const endMs = dtsMs + MARKER_STEP_MS;
  const picture = avcFrameBody(false, 0, END_OF_SEQUENCE);
  // Sound between the pictures: wherever the bytes are cut, a player has both tracks in hand before the configurations.
  return Buffer.concat([
    flvTag(FLV_VIDEO, dtsMs, picture),
    ...(sound ? [silence(dtsMs, sound.before), silence(endMs, sound.after)] : []),
    flvTag(FLV_VIDEO, endMs, picture),
  ]);
}

function silence(dtsMs: number, config: Buffer): Buffer {
  const frame = silentFrameOf(config);
  return frame ? flvTag(FLV_AUDIO, dtsMs, aacFrameBody(frame)) : Buffer.alloc(0);
}

/** onMetaData of a stream (FLV specification, E.5), from its configurations. */
export function streamMetadata(stream: Stream): AmfObject {
  const video = stream.video && pictureInfoOf(stream.video);
  const audio = stream.audio && parseAudioSpecificConfig(stream.audio);
  return {
    ...(video && { width: video.width, height: video.height, videocodecid: 7 }),
    ...(video?.fps && { framerate: video.fps }),
    ...(audio && { audiocodecid: 10, audiosamplerate: audio.sampleRate, stereo: audio.channels === 2 }),
  };
}
