/** FLV (Adobe Flash Video File Format Specification 10.1, annex E): file header, tags, AVC and AAC tag bodies. */

import { soundFormatName, videoCodecName } from './codec-names';
import { ENHANCED_AUDIO, parseEnhancedAudio, parseEnhancedVideo } from './enhanced';
import type { FlvAudio, FlvVideo } from './flv-media';

export type { FlvAudio, FlvVideo };

export const FLV_AUDIO = 8;
export const FLV_VIDEO = 9;
export const FLV_SCRIPT = 18;
export type FlvTagType = typeof FLV_AUDIO | typeof FLV_VIDEO | typeof FLV_SCRIPT;

/** Bytes of a tag before its body. */
const TAG_HEADER = 11;
const AVC = 7;
const AAC_FLAGS = 0xaf; // AAC; the rate, size and channel bits are fixed for AAC (E.4.2.1)

export interface FlvTag {
  type: number;
  /** ms, 32 bits. */
  timestampMs: number;
  body: Buffer;
}

/** File header and PreviousTagSize0 (E.2). */
export function flvHeader(hasAudio: boolean, hasVideo: boolean): Buffer {
  const flags = (hasAudio ? 4 : 0) | (hasVideo ? 1 : 0);
  return Buffer.from([0x46, 0x4c, 0x56, 1, flags, 0, 0, 0, 9, 0, 0, 0, 0]);
}

/** One tag with its PreviousTagSize (E.4.1). `timestampMs` wraps at 32 bits. */
export function flvTag(type: FlvTagType, timestampMs: number, body: Buffer): Buffer {
  const tag = Buffer.allocUnsafe(TAG_HEADER + body.length + 4);
  const timestamp = Math.round(timestampMs) >>> 0;
  tag[0] = type;
  tag.writeUIntBE(body.length, 1, 3);
  tag.writeUIntBE(timestamp & 0xffffff, 4, 3);
  tag[7] = timestamp >>> 24;
  tag.writeUIntBE(0, 8, 3);
  body.copy(tag, TAG_HEADER);
  tag.writeUInt32BE(TAG_HEADER + body.length, TAG_HEADER + body.length);
  return tag;
}

/** Body of an AVC sequence header tag; `config` is an AVCDecoderConfigurationRecord. */
export function avcConfigBody(config: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x10 | AVC, 0, 0, 0, 0]), config]);
}

/** Body of an AVC frame tag; `data` holds length-prefixed NAL units, `compositionMs` is PTS - DTS. */
export function avcFrameBody(keyframe: boolean, compositionMs: number, data: Buffer): Buffer {
  const body = Buffer.allocUnsafe(5 + data.length);
  body[0] = (keyframe ? 0x10 : 0x20) | AVC;
  body[1] = 1;
  body.writeIntBE(Math.round(compositionMs), 2, 3);
  data.copy(body, 5);
  return body;
}

/** Body of an AVC end of sequence tag: no pictures follow, unless another sequence header does. */
export function avcEndBody(): Buffer {
  return Buffer.from([0x10 | AVC, 2, 0, 0, 0]);
}

/** Body of an AAC sequence header tag; `config` is an AudioSpecificConfig. */
export function aacConfigBody(config: Buffer): Buffer {
  return Buffer.concat([Buffer.from([AAC_FLAGS, 0]), config]);
}

/** Body of an AAC frame tag; `data` is one raw frame, without ADTS. */
export function aacFrameBody(data: Buffer): Buffer {
  const body = Buffer.allocUnsafe(2 + data.length);
  body[0] = AAC_FLAGS;
  body[1] = 1;
  data.copy(body, 2);
  return body;
}

/** Parses a video body; null when it is too short or an informational frame that carries no picture. */
export function parseFlvVideo(body: Buffer): FlvVideo | null {
  const first = body[0];
  if (first === undefined) return null;
  if (first & 0x80) return parseEnhancedVideo(body);
  if (first >> 4 === 5) return null; // video info/command frame
  if ((first & 0x0f) !== AVC) return { kind: 'other', codec: videoCodecName(first & 0x0f) };
  if (body.length < 5) return null;
  if (body[1] === 0) return { kind: 'config', config: body.subarray(5) };
  if (body[1] === 2) return { kind: 'end' };
  return {
    kind: 'frame',
    keyframe: first >> 4 === 1,
    compositionMs: body.readIntBE(2, 3),
    data: body.subarray(5),
  };
}

/** Parses an audio body; null when it is too short. */
export function parseFlvAudio(body: Buffer): FlvAudio | null {
  const first = body[0];
  if (first === undefined) return null;
  if (first >> 4 === ENHANCED_AUDIO) return parseEnhancedAudio(body);
  if (first >> 4 !== 10) return { kind: 'other', codec: soundFormatName(first >> 4) };
  if (body.length < 2) return null;
  return body[1] === 0
    ? { kind: 'config', config: body.subarray(2) }
    : { kind: 'frame', data: body.subarray(2) };
}

/** Splits a stream of FLV bytes into tags. */
export class FlvReader {
  private rest: Buffer = Buffer.alloc(0);
  private headerSeen = false;

  /** @throws Error when the bytes are not FLV. */
  push(data: Buffer): FlvTag[] {
    this.rest = this.rest.length === 0 ? data : Buffer.concat([this.rest, data]);
    const tags: FlvTag[] = [];
    if (!this.headerSeen && !this.readHeader()) return tags;
    for (let tag = this.readTag(); tag; tag = this.readTag()) tags.push(tag);
    return tags;
  }

  private readHeader(): boolean {
    if (this.rest.length < 13) return false;
    if (this.rest.toString('latin1', 0, 3) !== 'FLV') throw new Error('not an FLV stream');
    this.rest = this.rest.subarray(this.rest.readUInt32BE(5) + 4);
    this.headerSeen = true;
    return true;
  }

  private readTag(): FlvTag | null {
    if (this.rest.length < TAG_HEADER) return null;
    const size = this.rest.readUIntBE(1, 3);
    const end = TAG_HEADER + size + 4;
    if (this.rest.length < end) return null;
    const type = this.rest.readUInt8(0);
    if (this.rest.readUInt32BE(end - 4) !== TAG_HEADER + size) throw new Error('FLV tag sizes disagree');
    const timestampMs = this.rest.readUIntBE(4, 3) + this.rest.readUInt8(7) * 0x1000000;
    const body = this.rest.subarray(TAG_HEADER, TAG_HEADER + size);
    this.rest = this.rest.subarray(end);
    return { type, timestampMs, body };
  }
}
