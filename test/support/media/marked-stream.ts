/**
 * An encoder's stream without an encoder: H.264 with B-frames and AAC as FLV tag bodies, whose data says when each unit
 * belongs. It can't be decoded; what matters is what becomes of messages, NAL units and times.
 */
import {
  aacConfigBody,
  aacFrameBody,
  avcConfigBody,
  avcFrameBody,
  FLV_AUDIO,
  FLV_SCRIPT,
  FLV_VIDEO,
  FlvReader,
  parseFlvAudio,
  parseFlvVideo,
} from '../../../src/media/codec/flv/flv';
import { encodeAmf0, EcmaArray, type AmfObject } from '../../../src/media/codec/flv/amf0';
import { joinAvcc } from '../../../src/media/codec/h264/h264';
import { seededRandom } from '../property/seeded-random';

/** One message of the encoder. */
export interface Tag {
  type: typeof FLV_AUDIO | typeof FLV_VIDEO | typeof FLV_SCRIPT;
  /** ms */
  at: number;
  body: Buffer;
}

/** What x264 made for 1280x720 at 25 frames per second. */
export const AVC_CONFIG = Buffer.from(
  '0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0',
  'hex',
);
/** Of sound: its AudioSpecificConfig, and how long a frame lasts, ms. */
export interface MarkedSound {
  config: Buffer;
  frameMs: number;
}
/** AAC-LC, 44.1 kHz, stereo. */
const AAC: MarkedSound = { config: Buffer.from([0x12, 0x10]), frameMs: 1024 / 44.1 };
export const FRAME_MS = 40;
const GOP = 25;
/** Composition times of I P b b, P b b, …: the picture after an I or P is shown after the two that follow. */
const CTS = { I: FRAME_MS, P: 3 * FRAME_MS, b: 0 } as const;

/** @param seconds whole GOPs of 1 s; the same seed gives the same bytes */
export function markedStream(seconds: number, seed = 1, sound = AAC): Tag[] {
  const random = seededRandom(seed);
  const video = Array.from({ length: seconds * GOP }, (_, i) => picture(i, random));
  const audio = Array.from({ length: Math.floor((seconds * 1000) / sound.frameMs) }, (_, i): Tag => {
    const at = Math.round(i * sound.frameMs);
    return { type: FLV_AUDIO, at, body: aacFrameBody(marked(at, random)) };
  });
  return [
    metadata({ width: 1280, height: 720, videocodecid: 7, audiocodecid: 10 }),
    { type: FLV_VIDEO, at: 0, body: avcConfigBody(AVC_CONFIG) },
    { type: FLV_AUDIO, at: 0, body: aacConfigBody(sound.config) },
    ...[...video, ...audio].sort((a, b) => a.at - b.at),
  ];
}

export function metadata(values: AmfObject): Tag {
  return {
    type: FLV_SCRIPT,
    at: 0,
    body: encodeAmf0(['@setDataFrame', 'onMetaData', new EcmaArray(values)]),
  };
}

function picture(index: number, random: () => number): Tag {
  const inGop = index % GOP;
  const kind = inGop === 0 ? 'I' : inGop % 3 === 1 ? 'P' : 'b';
  const at = index * FRAME_MS;
  const header = { I: 0x65, P: 0x41, b: 0x01 }[kind];
  const slice = Buffer.concat([Buffer.from([header]), marked(at + CTS[kind], random)]);
  return { type: FLV_VIDEO, at, body: avcFrameBody(kind === 'I', CTS[kind], joinAvcc([slice])) };
}

/** Noise without zeros (no start codes in it), then the time it belongs to. */
function marked(ms: number, random: () => number): Buffer {
  const noise = Buffer.from(Array.from({ length: 40 + random() * 200 }, () => 0x80 | (random() * 0x7f)));
  return Buffer.concat([noise, Buffer.from(`@${ms}`)]);
}

/** A unit as a viewer got it. */
export interface MarkedUnit {
  kind: 'video' | 'audio';
  dtsMs: number;
  /** Of audio: its DTS. */
  ptsMs: number;
  keyframe: boolean;
  data: Buffer;
  /** When it belonged, ms of the encoder's own time; NaN without a mark. */
  markMs: number;
}

/** The units of an FLV. */
export function unitsOf(flv: Buffer): MarkedUnit[] {
  return new FlvReader().push(flv).flatMap(({ type, timestampMs: dtsMs, body }): MarkedUnit[] => {
    if (type === FLV_AUDIO) {
      const audio = parseFlvAudio(body);
      if (audio?.kind !== 'frame') return [];
      return [
        { kind: 'audio', dtsMs, ptsMs: dtsMs, keyframe: false, data: audio.data, markMs: markOf(audio.data) },
      ];
    }
    const video = type === FLV_VIDEO ? parseFlvVideo(body) : null;
    if (video?.kind !== 'frame') return [];
    const { keyframe, compositionMs, data } = video;
    return [{ kind: 'video', dtsMs, ptsMs: dtsMs + compositionMs, keyframe, data, markMs: markOf(data) }];
  });
}

function markOf(data: Buffer): number {
  return Number(/@(\d+)$/.exec(data.toString('latin1'))?.[1] ?? NaN);
}
