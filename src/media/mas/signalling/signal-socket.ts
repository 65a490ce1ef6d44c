/** A WebSocket that carries validated JSON messages one way and typed ones the other. */
import type { WebSocket, RawData } from 'ws';
import type { z } from 'zod';
import type { MasCloseCode } from '../../../contracts';
import { parseJson } from '../../../shared/bounded-json';
import { SerialQueue } from '../../../shared/serial-queue';
import type { MediaLogger } from '../../contract';
import { Heartbeat } from '../../http/heartbeat';

/** Bytes of one message; an offer of a browser is below 20 kB. */
const MAX_MESSAGE_BYTES = 128 * 1024;
/** Messages that may wait, the one being handled included. */
const MAX_PENDING = 128;
/** Bytes that may wait to be sent before the client counts as gone. */
const MAX_BUFFERED_BYTES = 1 << 20;

type Closed = { type: 'closed'; code: MasCloseCode; detail: string };

export interface SignalHandlers<In> {
  /** Called for one message after the other; a rejection closes the socket with code `protocol`. */
  onMessage(message: In): Promise<void> | void;
  /** Once, however the socket ended. */
  onClosed(): void;
}

/** An error whose message may be told to the client. */
export class ProtocolError extends Error {}

export class SignalSocket<In, Out> {
  private readonly turns = new SerialQueue(MAX_PENDING, () => new ProtocolError('too many messages at once'));
  private ended = false;
  private readonly heartbeat: Heartbeat;

  constructor(
    private readonly socket: WebSocket,
    private readonly schema: z.ZodType<In>,
    private readonly handlers: SignalHandlers<In>,
    private readonly logger: MediaLogger,
  ) {
    this.heartbeat = new Heartbeat(socket);
    socket.on('message', (data, isBinary) => this.received(data, isBinary));
    socket.on('error', (error) => this.logger.debug({ err: error }, 'signalling socket failed'));
    socket.on('close', () => this.end());
  }

  get open(): boolean {
    return !this.ended;
  }

  send(message: Out): void {
    if (this.ended || this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_BUFFERED_BYTES) return this.socket.terminate();
    this.socket.send(JSON.stringify(message));
  }

  /** Tells the client why and closes; idempotent. `onClosed` is called before this returns. */
  close(code: MasCloseCode, detail: string): void {
    if (this.ended) return;
    const last: Closed = { type: 'closed', code, detail };
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(last));
    this.socket.close(code === 'protocol' ? 1008 : 1000, code);
    this.end();
  }

  /** Closes without a word, after the client said that it leaves. */
  hangUp(): void {
    this.socket.close(1000);
    this.end();
  }

  /** To be called every few seconds: a client that didn't answer the last ping is gone. */
  ping(): void {
    if (!this.ended) this.heartbeat.beat();
  }

  private received(data: RawData, isBinary: boolean): void {
    if (this.ended) return;
    const bytes = data as Buffer;
    if (isBinary || bytes.length > MAX_MESSAGE_BYTES) return this.refuse('message too large or not text');
    const message = this.parse(bytes);
    if (!message) return this.refuse('message not understood');
    this.turns.run('', () => this.handle(message)).catch((error: unknown) => this.failed(error));
  }

  private parse(bytes: Buffer): In | null {
    try {
      return this.schema.parse(parseJson(bytes.toString('utf8')));
    } catch {
      return null;
    }
  }

  private handle(message: In): Promise<void> | void {
    if (!this.ended) return this.handlers.onMessage(message);
  }

  private failed(error: unknown): void {
    this.logger.warn({ err: error }, 'signalling message failed');
    this.refuse(error instanceof ProtocolError ? error.message : 'message could not be handled');
  }

  private refuse(detail: string): void {
    this.logger.info({ detail }, 'signalling refused');
    this.close('protocol', detail);
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.handlers.onClosed();
  }
}
