import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeAmf0, type AmfValue } from '../../../src/media/codec/flv/amf0';
import { FLV_AUDIO, FLV_VIDEO } from '../../../src/media/codec/flv/flv';
import { MSG, RtmpConnection, writeChunks, type RtmpCommand } from '../../../src/media/rtmp';
import { until } from '../waiting/until';
import type { Tag } from './marked-stream';

export interface Status {
  level: string;
  code: string;
  description: string;
}

/** Bytes of the chunks we send. */
const CHUNK = 4096;
const STREAM = 1;
const CSID = { [FLV_AUDIO]: 4, [FLV_VIDEO]: 6 } as Record<number, number>;

/** An RTMP publisher that says what it wants when it wants, and waits for no answer unless it is asked to. */
export class OddPublisher {
  /** All commands of the server so far. */
  readonly heard: RtmpCommand[] = [];
  closed = false;
  private readonly connection: RtmpConnection;

  private constructor(readonly socket: Socket) {
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
  static async connect(port: number): Promise<OddPublisher> {
    const publisher = new OddPublisher(connect(port, '127.0.0.1'));
    await once(publisher.connection, 'ready');
    publisher.command(0, 'connect', 1, { app: 'live', type: 'nonprivate' });
    await until(() => publisher.heard.some(({ name }) => name === '_result'));
    publisher.write(chunks(MSG.setChunkSize, 0, 0, 2, Buffer.from([0, 0, CHUNK >> 8, CHUNK & 0xff]), 128));
    return publisher;
  }

  /** Publishes and waits for the permission. */
  static async publish(port: number, name: string): Promise<OddPublisher> {
    const publisher = await OddPublisher.connect(port);
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
    return commandBytes(STREAM, 'publish', 0, null, name, 'live');
  }

  command(streamId: number, ...values: AmfValue[]): void {
    this.write(commandBytes(streamId, ...values));
  }

  send(tags: Tag[]): void {
    this.write(tagBytes(tags));
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
}

export function tagBytes(tags: Tag[]): Buffer {
  return Buffer.concat(tags.map(({ type, at, body }) => chunks(type, STREAM, at, CSID[type] ?? 5, body)));
}

function commandBytes(streamId: number, ...values: AmfValue[]): Buffer {
  return chunks(MSG.command, streamId, 0, 3, encodeAmf0(values));
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
