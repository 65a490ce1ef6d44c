import { MSG, RtmpProtocolError, type RtmpMessage } from './message';

export interface ChunkLimits {
  /** Chunk streams one peer may open. */
  maxChunkStreams: number;
  /** Bytes of all messages in assembly together, hence also of one message. May be raised once a peer is trusted. */
  maxMessageBytes: number;
}

interface ChunkStream {
  timestampMs: number;
  /** Timestamp field of the last header that had one: absolute in type 0, else the delta; type 3 repeats it. */
  field: number;
  extended: boolean;
  length: number;
  type: number;
  streamId: number;
  /** Null between messages. */
  payload: Buffer | null;
  filled: number;
}

/** Sizes of the message header for chunk types 0 to 3 (5.3.1.2). */
const HEADER_BYTES = [11, 7, 3, 0] as const;
const MAX_CHUNK_SIZE = 0xffffff;

/**
 * Assembles messages from chunks (RTMP 1.0, 5.3). The bytes may be cut anywhere. It applies Set Chunk Size and Abort
 * itself, everything else is given to `onMessage` in order.
 */
export class ChunkReader {
  /** While set, bytes are kept as they came: no further message is given out, also of those in hand. */
  paused = false;
  private rest: Buffer = Buffer.alloc(0);
  private chunkSize = 128;
  private assembling = 0;
  private readonly streams = new Map<number, ChunkStream>();

  constructor(
    readonly limits: ChunkLimits,
    private readonly onMessage: (message: RtmpMessage) => void,
  ) {}

  /** @throws RtmpProtocolError when the bytes are not RTMP chunks or exceed a limit. */
  push(data: Buffer): void {
    // What is left over is less than one chunk, or one read of a paused peer, so this copy stays small.
    this.rest = this.rest.length === 0 ? data : Buffer.concat([this.rest, data]);
    let offset = 0;
    for (let used = this.next(offset); used > 0; used = this.next(offset)) offset += used;
    this.rest = this.rest.subarray(offset);
  }

  private next(offset: number): number {
    return this.paused ? 0 : this.readChunk(offset);
  }

  /** Bytes used by the chunk at `offset`, 0 when it isn't complete yet; state changes only for a complete one. */
  private readChunk(offset: number): number {
    const basic = this.readBasicHeader(offset);
    if (!basic) return 0;
    const { format, id } = basic;
    let at = offset + basic.bytes;
    const headerBytes = HEADER_BYTES[format as 0 | 1 | 2 | 3];
    if (this.rest.length < at + headerBytes) return 0;

    const known = this.streams.get(id);
    if (!known && format !== 0)
      throw new RtmpProtocolError(`chunk stream ${id} starts without a full header`);
    if (known?.payload && format !== 3)
      throw new RtmpProtocolError(`chunk stream ${id} starts a message in another`);
    const field = format < 3 ? this.rest.readUIntBE(at, 3) : 0;
    const extended = format < 3 ? field === 0xffffff : known!.extended && this.repeats(known!.field, at);
    if (extended === null) return 0;
    const length = format < 2 ? this.rest.readUIntBE(at + 3, 3) : known!.length;
    const header = at;
    at += headerBytes + (extended ? 4 : 0);
    const chunkBytes = Math.min(this.chunkSize, length - (known?.payload ? known.filled : 0));
    if (length > this.limits.maxMessageBytes)
      throw new RtmpProtocolError(`message of ${length} bytes is too large`);
    if (this.rest.length < at + chunkBytes) return 0;

    const stream = known ?? this.open(id);
    if (!stream.payload) this.begin(stream, format, header, { field, extended, length, extendedAt: at - 4 });
    this.append(stream, this.rest.subarray(at, at + chunkBytes));
    return at + chunkBytes - offset;
  }

  /** Old encoders leave the extended timestamp out of type 3 chunks (5.3.1.3). Null when that can't be told yet. */
  private repeats(field: number, at: number): boolean | null {
    return this.rest.length < at + 4 ? null : this.rest.readUInt32BE(at) === field;
  }

  private readBasicHeader(offset: number): { format: number; id: number; bytes: number } | null {
    const first = this.rest[offset];
    if (first === undefined) return null;
    const format = first >> 6;
    const low = first & 0x3f;
    if (low > 1) return { format, id: low, bytes: 1 };
    const bytes = low === 0 ? 2 : 3;
    if (this.rest.length < offset + bytes) return null;
    const id = low === 0 ? this.rest.readUInt8(offset + 1) + 64 : this.rest.readUInt16LE(offset + 1) + 64;
    return { format, id, bytes };
  }

  private open(id: number): ChunkStream {
    if (this.streams.size >= this.limits.maxChunkStreams)
      throw new RtmpProtocolError('too many chunk streams');
    const stream: ChunkStream = {
      timestampMs: 0,
      field: 0,
      extended: false,
      length: 0,
      type: 0,
      streamId: 0,
      payload: null,
      filled: 0,
    };
    this.streams.set(id, stream);
    return stream;
  }

  private begin(
    stream: ChunkStream,
    format: number,
    header: number,
    read: { field: number; extended: boolean; length: number; extendedAt: number },
  ): void {
    if (format < 3) {
      stream.field = read.extended ? this.rest.readUInt32BE(read.extendedAt) : read.field;
      stream.extended = read.extended;
    }
    if (format < 2) {
      stream.length = read.length;
      stream.type = this.rest.readUInt8(header + 6);
    }
    if (format === 0) stream.streamId = this.rest.readUInt32LE(header + 7);
    // A type 3 chunk that begins a message repeats the last field, also that of a type 0 chunk (5.3.1.2.4).
    stream.timestampMs = format === 0 ? stream.field : (stream.timestampMs + stream.field) >>> 0;
    this.assembling += stream.length;
    if (this.assembling > this.limits.maxMessageBytes)
      throw new RtmpProtocolError('too many bytes in assembly');
    stream.payload = Buffer.allocUnsafe(stream.length);
    stream.filled = 0;
  }

  private append(stream: ChunkStream, bytes: Buffer): void {
    const payload = stream.payload!;
    bytes.copy(payload, stream.filled);
    stream.filled += bytes.length;
    if (stream.filled < stream.length) return;
    this.drop(stream);
    const { type, streamId, timestampMs } = stream;
    if (type === MSG.setChunkSize) this.setChunkSize(payload);
    else if (type === MSG.abort) this.abort(payload);
    else this.onMessage({ type, streamId, timestampMs, payload });
  }

  private drop(stream: ChunkStream): void {
    if (stream.payload) this.assembling -= stream.length;
    stream.payload = null;
  }

  private setChunkSize(payload: Buffer): void {
    const size = payload.length === 4 ? payload.readUInt32BE(0) : 0;
    if (size < 1 || size > 0x7fffffff) throw new RtmpProtocolError('invalid chunk size');
    this.chunkSize = Math.min(size, MAX_CHUNK_SIZE); // no message is longer (5.4.1)
  }

  private abort(payload: Buffer): void {
    if (payload.length !== 4) throw new RtmpProtocolError('invalid abort message');
    const stream = this.streams.get(payload.readUInt32BE(0));
    if (stream) this.drop(stream);
  }
}
