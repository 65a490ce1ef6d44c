import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { encodeAmf0, type AmfObject, type AmfValue } from '../../../src/media/codec/flv/amf0';
import { FLV_AUDIO, FLV_VIDEO } from '../../../src/media/codec/flv/flv';
import { MSG, RtmpConnection, writeChunks, type RtmpCommand } from '../../../src/media/rtmp';
import { until } from '../waiting/until';
import type { Tag } from './marked-stream';
import { OddWire, type WireOptions } from './odd-wire';

export interface Status {
  level: string;
  code: string;
  description: string;
}

/** How it is connected, and what it says before it publishes. */
export interface PublisherOptions {
  /** What it says of itself; default: app `live`. */
  about?: AmfObject;
  /** Commands before `publish`, which aren't waited for. */
  asks?: readonly string[];
  /** The last argument of `publish`; null: none. */
  as?: string | null;
  /** Commands and metadata in AMF3's messages (types 17 and 15). */
  amf3?: boolean;
  /** It wants an acknowledgement after so many bytes. */
  windowBytes?: number;
  /** All that it sends comes in pieces of so many bytes, the handshake too. */
  pieceBytes?: number;
  wire?: WireOptions;
}

/** Bytes of the chunks of commands. */
const CHUNK = 4096;
const STREAM = 1;
const CSID = { [FLV_AUDIO]: 4, [FLV_VIDEO]: 6 } as Record<number, number>;
const uint32 = (value: number): Buffer => Buffer.from([value >> 24, value >> 16, value >> 8, value]);

/** An RTMP publisher that says what it wants when it wants, and waits for no answer unless it is asked to. */
export class OddPublisher {
  /** All commands of the server so far. */
  readonly heard: RtmpCommand[] = [];
  closed = false;
  /** Of the chunks of its commands, bytes. */
  private size = 128;
  private readonly connection: RtmpConnection;
  private readonly wire: OddWire;

  private constructor(
    readonly socket: Socket,
    private readonly options: PublisherOptions,
  ) {
    this.wire = new OddWire(options.wire);
    if (options.pieceBytes) inPieces(socket, options.pieceBytes);
    this.connection = new RtmpConnection(socket, {
      side: 'client',
      handshakeTimeoutMs: 5000,
      maxChunkStreams: 16,
      maxMessageBytes: 1 << 20,
    });
    this.connection.on('command', (command) => this.heard.push(command));
    this.connection.on('close', () => (this.closed = true));
  }

  /** Shakes hands and connects; nothing is published yet. */
  static async connect(port: number, options: PublisherOptions = {}): Promise<OddPublisher> {
    const publisher = new OddPublisher(connect(port, '127.0.0.1'), options);
    await once(publisher.connection, 'ready');
    const { about = { app: 'live', type: 'nonprivate' }, wire, windowBytes } = options;
    publisher.write(publisher.commandBytes(0, 128, 'connect', 1, about));
    await until(() => publisher.heard.some(({ transaction }) => transaction === 1));
    publisher.size = wire?.chunkBytes ?? CHUNK;
    const announced = publisher.size !== 128;
    if (announced) publisher.write(chunks(MSG.setChunkSize, 0, 0, 2, uint32(publisher.size), 128));
    if (windowBytes) publisher.write(chunks(MSG.windowAckSize, 0, 0, 2, uint32(windowBytes), 128));
    return publisher;
  }

  /** Publishes and waits for the permission. */
  static async publish(port: number, name: string, options: PublisherOptions = {}): Promise<OddPublisher> {
    const publisher = await OddPublisher.connect(port, options);
    (options.asks ?? []).forEach((ask, i) => publisher.command(0, ask, 20 + i, null, name));
    publisher.write(publisher.publishBytes(name));
    await publisher.told('NetStream.Publish.Start');
    return publisher;
  }

  get statuses(): Status[] {
    const isStatus = ({ name }: RtmpCommand): boolean => name === 'onStatus';
    return this.heard.filter(isStatus).map(({ args }) => args[1] as unknown as Status);
  }

  /** Resolves with the first status of this code. */
  async told(code: string): Promise<Status> {
    const find = () => this.statuses.find((status) => status.code === code);
    await until(() => find() !== undefined || this.closed);
    const status = find();
    if (!status) throw new Error(`closed without ${code}: ${JSON.stringify(this.statuses)}`);
    return status;
  }

  async ended(): Promise<void> {
    await until(() => this.closed);
  }

  publishBytes(name: string): Buffer {
    const { as = 'live' } = this.options;
    return this.commandBytes(STREAM, this.size, 'publish', 0, null, name, ...(as === null ? [] : [as]));
  }

  command(streamId: number, ...values: AmfValue[]): void {
    this.write(this.commandBytes(streamId, this.size, ...values));
  }

  send(tags: Tag[]): void {
    const messages = tags.map(({ type, at, body }) => ({
      type: this.options.amf3 && type === MSG.data ? MSG.dataAmf3 : type,
      streamId: STREAM,
      timestampMs: at >>> 0,
      payload: this.options.amf3 && type === MSG.data ? Buffer.concat([Buffer.from([0]), body]) : body,
    }));
    this.write(this.wire.write(messages));
  }

  write(bytes: Buffer): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** As encoders do at the end of a stream. */
  stop(name: string): void {
    this.command(0, 'FCUnpublish', 0, null, name);
    this.command(0, 'deleteStream', 0, null, STREAM);
  }

  close(): void {
    this.socket.destroy();
  }

  private commandBytes(streamId: number, size: number, ...values: AmfValue[]): Buffer {
    const { amf3 } = this.options;
    const payload = encodeAmf0(values);
    if (!amf3) return chunks(MSG.command, streamId, 0, 3, payload, size);
    return chunks(MSG.commandAmf3, streamId, 0, 3, Buffer.concat([Buffer.from([0]), payload]), size);
  }
}

function inPieces(socket: Socket, bytes: number): void {
  socket.setNoDelay(true);
  const write = (data: Buffer) => Socket.prototype.write.call(socket, data);
  socket.write = (data: Buffer | string) => {
    const all = Buffer.from(data as Buffer);
    for (let at = 0; at < all.length; at += bytes) write(all.subarray(at, at + bytes));
    return true;
  };
}

export function tagBytes(tags: Tag[]): Buffer {
  return Buffer.concat(tags.map(({ type, at, body }) => chunks(type, STREAM, at, CSID[type] ?? 5, body)));
}

function chunks(
  type: number,
  streamId: number,
  timestampMs: number,
  csid: number,
  payload: Buffer,
  size = CHUNK,
): Buffer {
  return writeChunks({ type, streamId, timestampMs, payload }, csid, size);
}
