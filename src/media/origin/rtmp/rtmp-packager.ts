import { encodeAmf0, EcmaArray } from '../../codec/flv/amf0';
import { aacConfigBody, aacFrameBody, avcConfigBody, avcFrameBody } from '../../codec/flv/flv';
import { CHUNK_SIZE, CSID, MSG, writeChunks } from '../../rtmp';
import type { MediaUnit, Packager, Stream } from '../../stream';
import { streamMetadata } from '../flv/flv-packager';

/** The message stream every player is given: its bytes can be shared because of that. */
export const PLAY_STREAM_ID = 1;

/** A stream's bytes as RTMP messages, for players that have announced the same chunk size. */
export class RtmpPackager implements Packager {
  open(stream: Stream): Buffer {
    const payload = encodeAmf0(['onMetaData', new EcmaArray(streamMetadata(stream))]);
    return message(MSG.data, CSID.data, 0, payload);
  }

  pack(unit: MediaUnit): Buffer {
    switch (unit.kind) {
      case 'video': {
        const body = avcFrameBody(unit.keyframe, unit.ptsMs - unit.dtsMs, unit.data);
        return message(MSG.video, CSID.video, unit.dtsMs, body);
      }
      case 'audio':
        return message(MSG.audio, CSID.audio, unit.dtsMs, aacFrameBody(unit.data));
      case 'video-config':
        return message(MSG.video, CSID.video, unit.dtsMs, avcConfigBody(unit.config));
      case 'audio-config':
        return message(MSG.audio, CSID.audio, unit.dtsMs, aacConfigBody(unit.config));
      case 'discontinuity':
        return Buffer.alloc(0); // RTMP players take a new header as it comes
    }
  }
}

function message(type: number, csid: number, timestampMs: number, payload: Buffer): Buffer {
  return writeChunks({ type, streamId: PLAY_STREAM_ID, timestampMs, payload }, csid, CHUNK_SIZE);
}
