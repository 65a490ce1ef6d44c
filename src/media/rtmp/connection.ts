import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { encodeAmf0, decodeAmf0, type AmfValue, type EcmaArray } from '../codec/flv/amf0';
import { messagesOfAggregate } from './aggregate';
import { ChunkReader } from './chunk-reader';
import { writeChunks } from './chunk-writer';
import { Handshake } from './handshake';
import { CSID, EVENT, MSG, RtmpProtocolError, type RtmpMessage } from './message';

export interface RtmpCommand {
  name: string;
  transaction: number;
  /** Command object, then the arguments. */
  args: AmfValue[];
  streamId: number;
}

export interface RtmpConnectionOptions {
  side: 'client' | 'server';
  handshakeTimeoutMs: number;
  maxChunkStreams: number;
  /** Bytes; raise it with `allowMessages` once the peer is trusted. */
  maxMessageBytes: number;
}

interface ConnectionEvents {
  ready: [];
  command: [RtmpCommand];
  /** Audio, video and data messages. */
  message: [RtmpMessage];
  /** The peer broke the protocol and will be closed: the last moment to tell it so. */
  violation: [Error];
  /** Once, with the reason when it wasn't a plain end. */
  close: [Error | null];
}

/** Before anything else was announced (5.4.1), bytes. */
const INITIAL_CHUNK_SIZE = 128;
/** Of what we send, bytes, both sides; large enough that a frame is one or two chunks. */
export const CHUNK_SIZE = 65_536;
const WINDOW_ACK_BYTES = 2_500_000;
const NOTHING = Buffer.alloc(0);

/**
 * One RTMP connection, either side: handshake, chunks, acknowledgements, pings and commands. A parser error closes
 * this connection only; it is the reason in `close`.
 */
export class RtmpConnection extends EventEmitter<ConnectionEvents> {
  private handshake: Handshake | null;
  private readonly reader: ChunkReader;
  private readonly timer: NodeJS.Timeout;
  private closed = false;
  private ending = false;
  private failure: Error | null = null;
  /** Of what we send, bytes. */
  private chunkSize = INITIAL_CHUNK_SIZE;
  private received = 0;
  private acknowledged = 0;
  /** The peer wants an acknowledgement at least this often, bytes. */
  private window = WINDOW_ACK_BYTES;

  constructor(
    readonly socket: Socket,
    private readonly options: RtmpConnectionOptions,
  ) {
    super();
    const { maxChunkStreams, maxMessageBytes } = options;
    this.reader = new ChunkReader({ maxChunkStreams, maxMessageBytes }, (message) => this.onMessage(message));
    this.handshake = new Handshake(options.side, (bytes) => socket.write(bytes));
    this.timer = setTimeout(
      () => this.destroy(new RtmpProtocolError('handshake took too long')),
      options.handshakeTimeoutMs,
    );
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => this.onData(data));
    socket.on('error', (error) => (this.failure ??= error));
    socket.on('close', () => this.onClose());
  }

  /** Bytes waiting in this process to be sent. */
  get queuedBytes(): number {
    return this.socket.writableLength;
  }

  /** Bytes received so far, by which an idle peer is noticed. */
  get receivedBytes(): number {
    return this.received;
  }

  /** From now on messages may be this large, bytes. */
  allowMessages(maxMessageBytes: number): void {
    this.reader.limits.maxMessageBytes = maxMessageBytes;
  }

  send(message: RtmpMessage, csid: number): void {
    this.sendChunks(writeChunks(message, csid, this.chunkSize));
  }

  /** From now on our chunks are of `CHUNK_SIZE`. A client does this after `connect`: some servers take that first only. */
  enlargeChunks(): void {
    this.sendControl(MSG.setChunkSize, uint32(CHUNK_SIZE));
    this.chunkSize = CHUNK_SIZE;
  }

  /** Writes chunks made by `writeChunks` with `CHUNK_SIZE`. */
  sendChunks(chunks: Buffer): void {
    if (!this.closed && this.socket.writable) this.socket.write(chunks);
  }

  /** What is sent meanwhile goes out in one write: each costs as much as a picture's bytes. */
  together(send: () => void): void {
    this.socket.cork();
    try {
      send();
    } finally {
      this.socket.uncork();
    }
  }

  sendCommand(streamId: number, ...values: (AmfValue | EcmaArray)[]): void {
    this.send({ type: MSG.command, streamId, timestampMs: 0, payload: encodeAmf0(values) }, CSID.command);
  }

  /** User control event, e.g. StreamBegin of a message stream (7.1.7). */
  sendEvent(event: number, value: number): void {
    const payload = Buffer.alloc(6);
    payload.writeUInt16BE(event);
    payload.writeUInt32BE(value >>> 0, 2);
    this.sendControl(MSG.userControl, payload);
  }

  sendWindow(): void {
    this.sendControl(MSG.windowAckSize, uint32(WINDOW_ACK_BYTES));
    this.sendControl(MSG.setPeerBandwidth, Buffer.concat([uint32(WINDOW_ACK_BYTES), Buffer.from([2])]));
  }

  /** Takes no more messages until `resume`. What the peer sends meanwhile waits in order: one read, then the kernel's. */
  pause(): void {
    this.reader.paused = true;
    this.socket.pause();
  }

  /** Goes on after `pause`, with what has waited. Idempotent. */
  resume(): void {
    if (!this.reader.paused || this.ending || this.socket.destroyed) return;
    this.reader.paused = false;
    this.socket.resume();
    this.read(NOTHING);
  }

  /** Sends what is queued, then closes; a peer that doesn't read is cut off after `withinMs`. Idempotent. */
  end(withinMs = 1000): void {
    if (this.socket.destroyed || this.ending) return;
    this.ending = true;
    // Read on and drop it: a socket closed over unread bytes is reset, and the peer loses our last words.
    this.socket.resume();
    this.socket.end();
    setTimeout(() => this.socket.destroy(), withinMs).unref();
  }

  /** Closes for what the peer did or failed to do, after `violation` has told it. Idempotent. */
  fail(reason: Error): void {
    if (this.ending || this.socket.destroyed) return;
    this.failure ??= reason;
    // Before the handshake there are no words to tell it in.
    if (this.handshake || this.options.side === 'client') return this.destroy();
    this.emit('violation', reason);
    this.end();
  }

  /** Closes at once. Idempotent. */
  destroy(reason: Error | null = null): void {
    this.failure ??= reason;
    this.socket.destroy();
  }

  private onData(data: Buffer): void {
    this.received += data.length;
    if (!this.ending) this.read(data);
  }

  private read(data: Buffer): void {
    try {
      const bytes = this.handshake ? this.shakeHands(this.handshake, data) : data;
      if (!bytes) return;
      this.reader.push(bytes);
      this.acknowledge();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private shakeHands(handshake: Handshake, data: Buffer): Buffer | null {
    const rest = handshake.push(data);
    if (!rest) return null;
    this.handshake = null;
    clearTimeout(this.timer);
    if (this.options.side === 'server') this.enlargeChunks();
    this.emit('ready');
    return rest;
  }

  private onMessage(message: RtmpMessage): void {
    if (this.ending || this.socket.destroyed) return; // closed by an earlier message of the same read
    const { type, payload } = message;
    switch (type) {
      case MSG.command:
        return this.onCommand(message, payload);
      case MSG.commandAmf3: // AMF3 commands begin with a byte 0 and are AMF0 after it in practice
        return this.onCommand(message, payload.subarray(1));
      case MSG.userControl:
        if (payload.length >= 6 && payload.readUInt16BE(0) === EVENT.pingRequest) {
          this.sendEvent(EVENT.pingResponse, payload.readUInt32BE(2));
        }
        return;
      case MSG.windowAckSize:
        if (payload.length === 4) this.window = Math.max(payload.readUInt32BE(0), 16_384);
        return;
      case MSG.audio:
      case MSG.video:
      case MSG.data:
        this.emit('message', message);
        return;
      case MSG.dataAmf3: // as with commands
        this.emit('message', { ...message, type: MSG.data, payload: payload.subarray(1) });
        return;
      case MSG.aggregate:
        return this.onAggregate(message);
      default:
        return; // acknowledgements, bandwidth, shared objects: nothing to do
    }
  }

  /** Nothing but media is in it: a command there could close the connection between two messages. */
  private onAggregate(message: RtmpMessage): void {
    for (const one of messagesOfAggregate(message)) {
      if (one.type === MSG.audio || one.type === MSG.video || one.type === MSG.data) this.onMessage(one);
    }
  }

  private onCommand(message: RtmpMessage, payload: Buffer): void {
    // ffmpeg's server leaves the transaction out where there is none to be answered.
    const [name, transaction = 0, ...args] = decodeAmf0(payload);
    if (typeof name !== 'string' || typeof transaction !== 'number')
      throw new RtmpProtocolError('malformed command');
    this.emit('command', { name, transaction, args, streamId: message.streamId });
  }

  private acknowledge(): void {
    if (this.received - this.acknowledged < this.window / 2) return;
    this.acknowledged = this.received;
    this.sendControl(MSG.acknowledgement, uint32(this.received % 2 ** 32));
  }

  private sendControl(type: number, payload: Buffer): void {
    this.send({ type, streamId: 0, timestampMs: 0, payload }, CSID.control);
  }

  private onClose(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    this.emit('close', this.failure);
  }
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
