import { io, type Socket } from 'socket.io-client';
import type { Ack, ClientToServerEvents, ServerToClientEvents } from '../contracts';
import { isProblemDetails, LianmaiError } from '../errors';
import type { TokenSource } from '../rest/token-source';
import { API_BACKOFF, Retry } from '../util/retry';
import { Scope } from '../util/scope';
import { type Readable, Value } from '../util/value';

type ImSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
type Asked = keyof ClientToServerEvents;
type Question<E extends Asked> = Parameters<ClientToServerEvents[E]>[0];
type Answer<E extends Asked> =
  Parameters<Parameters<ClientToServerEvents[E]>[1]>[0] extends Ack<infer T> ? T : never;

/** `refused`: the server doesn't take this user, and no other token is to be had (`problem` says why). */
export type ConnectionState = 'closed' | 'connecting' | 'online' | 'offline' | 'refused';

const ANSWER_TIMEOUT_MS = 10_000;
/** Where packets are swallowed nobody refuses a connection: it is given up after this, ms. */
const CONNECT_TIMEOUT_MS = 10_000;

export interface ImOptions {
  /** Of the API, '' for the page's own. */
  url: string;
  tokens: TokenSource;
}

/** The one Socket.IO connection of a user: chat, presence and every signal. It comes back by itself. */
export class ImConnection {
  private readonly current = new Value<ConnectionState>('closed');
  private readonly socket: ImSocket;
  private readonly retry = new Retry(API_BACKOFF);
  private readonly scope = new Scope();
  private why: LianmaiError | null = null;
  /** What the present handshake was made with. */
  private token = '';
  /** The server is told of another token; null: it isn't. */
  private renewing: Promise<void> | null = null;
  /** A room is joined once, however many parts of an app want it: how many do, by channel. */
  private readonly held = new Map<string, number>();

  constructor(private readonly options: ImOptions) {
    const { url, tokens } = options;
    this.socket = io(url || undefined!, {
      autoConnect: false,
      auth: (pass) => void this.credentials(pass),
      timeout: CONNECT_TIMEOUT_MS,
      // Of another origin than the API's: there the server takes a WebSocket only. Polling is for networks that have none.
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      // Ours knows when the device is online again.
      reconnection: false,
    });
    this.socket.on('connect', () => this.cameUp());
    this.socket.on('disconnect', () => this.wentDown());
    this.socket.on('connect_error', (error) => void this.failed(error));
    this.scope.hold(tokens.onRenewed((token) => this.renews(token)));
  }

  get state(): Readable<ConnectionState> {
    return this.current;
  }

  /** Why it was refused. */
  get problem(): LianmaiError | null {
    return this.why;
  }

  /** Begins to connect, and goes on until `close`. Idempotent. */
  open(): void {
    if (this.current.value !== 'closed' && this.current.value !== 'refused') return;
    this.why = null;
    this.current.value = 'connecting';
    this.socket.connect();
  }

  /** For good or until the next `open`. Idempotent. */
  close(): void {
    this.retry.cancel();
    this.current.value = 'closed';
    this.socket.disconnect();
  }

  /** Closes, and gives up what it listens to. */
  dispose(): void {
    this.close();
    this.scope.end();
    this.socket.removeAllListeners();
  }

  /**
   * Asks the server and waits for its acknowledgement.
   * @throws LianmaiError the server's, or `im_timeout`
   */
  async ask<E extends Asked>(event: E, question: Question<E>): Promise<Answer<E>> {
    // What is asked with a new name, or new rights, is answered by them.
    if (this.renewing) await this.renewing;
    return this.askNow(event, question);
  }

  private async askNow<E extends Asked>(event: E, question: Question<E>): Promise<Answer<E>> {
    const emit = this.socket.timeout(ANSWER_TIMEOUT_MS) as unknown as {
      emitWithAck(event: string, question: unknown): Promise<Ack<Answer<E>>>;
    };
    const answer = await emit.emitWithAck(event, question).catch(() => {
      throw LianmaiError.local('im_timeout');
    });
    if (!answer.ok) throw LianmaiError.from(answer.error);
    return answer.data;
  }

  /** @returns to be called when it is enough */
  on<E extends keyof ServerToClientEvents>(event: E, listener: ServerToClientEvents[E]): () => void {
    // socket.io's own types can't follow a generic event name.
    const target = this.socket as unknown as Record<'on' | 'off', (event: string, listener: unknown) => void>;
    target.on(event, listener);
    return () => target.off(event, listener);
  }

  /** Calls now, where connected, and after every later connect: what was missed meanwhile is fetched there. */
  onConnect(listener: () => void): () => void {
    const end = this.current.subscribe((state) => state === 'online' && listener());
    if (this.current.value === 'online') listener();
    return end;
  }

  /** Keeps a room wanted until the returned function is called; joining is the caller's, who needs the snapshot. */
  holdRoom(channelId: string): () => void {
    this.held.set(channelId, (this.held.get(channelId) ?? 0) + 1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const left = (this.held.get(channelId) ?? 1) - 1;
      if (left > 0) return void this.held.set(channelId, left);
      this.held.delete(channelId);
      if (this.socket.connected) this.ask('room:leave', { channelId }).catch(() => undefined);
    };
  }

  private async credentials(pass: (auth: object) => void): Promise<void> {
    // Without one the server refuses, and says so.
    this.token = await this.options.tokens.current().catch(() => '');
    pass({ token: this.token });
  }

  private cameUp(): void {
    this.retry.reset();
    this.current.value = 'online';
  }

  private wentDown(): void {
    if (this.current.value === 'closed' || this.current.value === 'refused') return;
    this.current.value = 'offline';
    this.again();
  }

  private async failed(error: Error & { data?: unknown }): Promise<void> {
    if (this.current.value === 'closed') return;
    this.current.value = 'offline';
    const { data } = error;
    const code = isProblemDetails(data) ? data.code : null;
    const isOfToken = code === 'token_invalid' || code === 'token_missing';
    if (isOfToken && !(await this.hasAnother())) return this.refuse(data);
    this.again();
  }

  /** Also where that can't be known now: the app's backend may be away, as much as we are. */
  private hasAnother(): Promise<boolean> {
    return this.options.tokens
      .refused(this.token)
      .catch((error: unknown) => LianmaiError.of(error).isPassing);
  }

  private refuse(data: unknown): void {
    if (this.current.value === 'closed') return;
    this.socket.disconnect();
    this.why = isProblemDetails(data) ? LianmaiError.from(data) : null;
    this.current.value = 'refused';
  }

  private again(): void {
    this.retry.later(() => this.current.value === 'offline' && this.socket.connect());
  }

  private renews(token: string): void {
    const told = this.renew(token).finally(() => {
      if (this.renewing === told) this.renewing = null;
    });
    this.renewing = told;
  }

  /** On the live connection, which otherwise ends with the token before. */
  private async renew(token: string): Promise<void> {
    if (!this.socket.connected || token === this.token) return;
    try {
      await this.askNow('auth:renew', { token });
      this.token = token;
    } catch {
      // Its end comes with the end of the old token, and the next handshake has the new one.
    }
  }
}
