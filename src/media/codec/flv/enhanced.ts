/** Bodies of enhanced RTMP, version 2 (veovera.org): the codec is named by a FourCC. H.264 and AAC may come so, too. */
import { fourCcName } from './codec-names';
import type { FlvAudio, FlvVideo } from './flv-media';

/** In the place of SoundFormat. */
export const ENHANCED_AUDIO = 9;

const COMMAND_FRAME = 5;
const PACKET = { start: 0, frames: 1, end: 2, framesX: 3, metadata: 4, modifiers: 7 } as const;
/** Several tracks in one message. */
const MULTITRACK = { video: 6, audio: 5 } as const;

interface Header {
  packet: number;
  fourCc: Buffer;
  /** Where what follows the FourCC begins. */
  at: number;
}

/** Null when it is too short or carries no picture. */
export function parseEnhancedVideo(body: Buffer): FlvVideo | null {
  const frameType = ((body[0] ?? 0) >> 4) & 7;
  const header = readHeader(body, MULTITRACK.video);
  if (header === 'multitrack') return { kind: 'other', codec: 'several video tracks' };
  if (!header || (frameType === COMMAND_FRAME && header.packet !== PACKET.metadata)) return null;
  const { packet, fourCc, at } = header;
  if (fourCc.toString('latin1') !== 'avc1') return { kind: 'other', codec: fourCcName(fourCc) };
  if (packet === PACKET.start) return { kind: 'config', config: body.subarray(at) };
  if (packet === PACKET.end) return { kind: 'end' };
  const keyframe = frameType === 1;
  if (packet === PACKET.framesX)
    return { kind: 'frame', keyframe, compositionMs: 0, data: body.subarray(at) };
  if (packet !== PACKET.frames || body.length < at + 3) return null;
  return { kind: 'frame', keyframe, compositionMs: body.readIntBE(at, 3), data: body.subarray(at + 3) };
}

/** Null when it is too short or carries no sound. */
export function parseEnhancedAudio(body: Buffer): FlvAudio | null {
  const header = readHeader(body, MULTITRACK.audio);
  if (header === 'multitrack') return { kind: 'other', codec: 'several audio tracks' };
  if (!header) return null;
  const { packet, fourCc, at } = header;
  if (fourCc.toString('latin1') !== 'mp4a') return { kind: 'other', codec: fourCcName(fourCc) };
  if (packet === PACKET.start) return { kind: 'config', config: body.subarray(at) };
  return packet === PACKET.frames ? { kind: 'frame', data: body.subarray(at) } : null;
}

/** Modifiers (nanoseconds of a timestamp) may come before the packet type that counts; they are skipped. */
function readHeader(body: Buffer, multitrack: number): Header | 'multitrack' | null {
  let packet = (body[0] ?? 0) & 0x0f;
  let at = 1;
  while (packet === PACKET.modifiers) {
    if (body.length < at + 4) return null;
    let bytes = body.readUInt8(at++) + 1;
    if (bytes === 256) {
      bytes = body.readUInt16BE(at) + 1;
      at += 2;
    }
    at += bytes;
    packet = (body[at++] ?? 0) & 0x0f;
  }
  if (packet === multitrack) return 'multitrack';
  return body.length < at + 4 ? null : { packet, fourCc: body.subarray(at, at + 4), at: at + 4 };
}
