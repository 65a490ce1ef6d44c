/** How encoders put their messages on the wire (RTMP 1.0, 5.3): all of it allowed, or seen so often that it has to be. */
import { MSG, type RtmpMessage } from '../../../src/media/rtmp';

export interface WireOptions {
  /** Bytes of a chunk; 128, which needs not to be announced, is never announced. */
  chunkBytes?: number;
  /** Chunk stream ids of sound and pictures; those of 64 and 320 on take another byte each (5.3.1.1). */
  csid?: { audio: number; video: number };
  /** Headers of type 1, 2 and 3 wherever they suffice. */
  deltas?: boolean;
  /** Type 3 chunks without the extended timestamp, as old librtmp has it. */
  shortType3?: boolean;
  /** Chunks of a picture, and of the sound behind it, in turn. */
  interleaved?: boolean;
  /** The chunk size changes within pictures, between two chunks of them. */
  resizing?: boolean;
  /** So many messages in each of type 22 (7.1.6). */
  aggregated?: number;
}

interface Header {
  message: RtmpMessage;
  /** The timestamp field of its last header. */
  field: number;
}

const EXTENDED = 0xffffff;
const DEFAULT_CSID = { audio: 4, video: 6 };

export class OddWire {
  private readonly last = new Map<number, Header>();
  private chunkBytes: number;

  constructor(private readonly options: WireOptions = {}) {
    this.chunkBytes = options.chunkBytes ?? 4096;
  }

  write(messages: readonly RtmpMessage[]): Buffer {
    const { aggregated, interleaved } = this.options;
    const sent = aggregated ? aggregates(messages, aggregated) : messages;
    const chunks = sent.map((message) => this.chunksOf(message));
    return Buffer.concat(interleaved ? inTurn(chunks, sent) : chunks.flat());
  }

  private csidOf({ type }: RtmpMessage): number {
    const { csid = DEFAULT_CSID } = this.options;
    if (type === MSG.audio) return csid.audio;
    return type === MSG.video ? csid.video : 5;
  }

  private chunksOf(message: RtmpMessage): Buffer[] {
    const csid = this.csidOf(message);
    const { header, extended } = this.header(csid, message);
    const chunks: Buffer[] = [];
    const { payload } = message;
    for (let at = 0; at === 0 || at < payload.length;) {
      const bytes = payload.subarray(at, at + this.chunkBytes);
      const repeated = this.options.shortType3 ? Buffer.alloc(0) : extended;
      chunks.push(Buffer.concat([...(at === 0 ? [header, extended] : [basic(3, csid), repeated]), bytes]));
      at += Math.max(1, bytes.length);
      if (this.options.resizing && message.type === MSG.video && at < payload.length)
        chunks.push(this.resize());
    }
    return chunks;
  }

  private resize(): Buffer {
    this.chunkBytes = this.chunkBytes === 100 ? 70 : 100;
    return Buffer.from([2, 0, 0, 0, 0, 0, 4, MSG.setChunkSize, 0, 0, 0, 0, 0, 0, 0, this.chunkBytes]);
  }

  private header(csid: number, message: RtmpMessage): { header: Buffer; extended: Buffer } {
    const { timestampMs, payload, type, streamId } = message;
    const before = this.last.get(csid);
    const step = before ? (timestampMs - before.message.timestampMs) >>> 0 : 0;
    // A step back can't be written as a delta.
    const delta = this.options.deltas === true && before?.message.streamId === streamId && step < 2 ** 31;
    const field = (delta ? step : timestampMs) >>> 0;
    const same = before?.message.type === type && before.message.payload.length === payload.length;
    const format = !delta ? 0 : !same ? 1 : field !== before.field ? 2 : 3;
    this.last.set(csid, { message, field });
    const fields = Buffer.alloc(11);
    fields.writeUIntBE(Math.min(field, EXTENDED), 0, 3);
    fields.writeUIntBE(payload.length, 3, 3);
    fields[6] = type;
    fields.writeUInt32LE(streamId, 7);
    const extended = Buffer.alloc(field >= EXTENDED ? 4 : 0);
    if (extended.length > 0) extended.writeUInt32BE(field);
    return {
      header: Buffer.concat([basic(format, csid), fields.subarray(0, [11, 7, 3, 0][format])]),
      extended,
    };
  }
}

function basic(format: number, csid: number): Buffer {
  if (csid < 64) return Buffer.from([(format << 6) | csid]);
  const rest = csid - 64;
  if (rest < 256) return Buffer.from([format << 6, rest]);
  return Buffer.from([(format << 6) | 1, rest & 0xff, rest >> 8]);
}

/** A chunk of each of two neighbours that have chunk streams of their own, as long as both have some. */
function inTurn(chunks: Buffer[][], messages: readonly RtmpMessage[]): Buffer[] {
  const order: Buffer[] = [];
  for (let i = 0; i < chunks.length; i++) {
    const [one, next] = [chunks[i]!, chunks[i + 1] ?? []];
    const apart = messages[i]!.type !== messages[i + 1]?.type;
    if (apart) i += 1;
    for (let n = 0; n < Math.max(one.length, apart ? next.length : 0); n++)
      order.push(...[one[n], apart ? next[n] : undefined].filter((chunk) => chunk !== undefined));
  }
  return order;
}

function aggregates(messages: readonly RtmpMessage[], count: number): RtmpMessage[] {
  const sent: RtmpMessage[] = [];
  for (let at = 0; at < messages.length; at += count) {
    const group = messages.slice(at, at + count);
    const { timestampMs, streamId } = group[0]!;
    // Their own times may begin anywhere: those of the whole are what counts.
    const payload = Buffer.concat(group.map((one) => subMessage(one, one.timestampMs - timestampMs + 77)));
    sent.push({ type: MSG.aggregate, streamId, timestampMs, payload });
  }
  return sent;
}

/** As a tag of FLV, with its back pointer. */
function subMessage({ type, payload }: RtmpMessage, atMs: number): Buffer {
  const head = Buffer.alloc(11);
  head[0] = type;
  head.writeUIntBE(payload.length, 1, 3);
  head.writeUIntBE(atMs & 0xffffff, 4, 3);
  head[7] = (atMs >>> 24) & 0xff;
  const back = Buffer.alloc(4);
  back.writeUInt32BE(head.length + payload.length);
  return Buffer.concat([head, payload, back]);
}
