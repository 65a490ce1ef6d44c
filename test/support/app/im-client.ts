import { io, type Socket } from 'socket.io-client';
import type { Ack, ClientToServerEvents, ProblemDetails, ServerToClientEvents } from '../../../src/contracts';

type Name = keyof ClientToServerEvents;
type Asked<E extends Name> = Parameters<ClientToServerEvents[E]>[0];
type Answered<E extends Name> = Parameters<Parameters<ClientToServerEvents[E]>[1]>[0];
type Signal = {
  [E in keyof ServerToClientEvents]: [E, Parameters<ServerToClientEvents[E]>[0]];
}[keyof ServerToClientEvents];

/** A real Socket.IO client that writes down every signal it gets. */
export class ImClient {
  readonly signals: Signal[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>) {
    socket.onAny((...signal: Signal) => {
      this.signals.push(signal);
      this.waiting.forEach((check) => check());
    });
  }

  /** @throws the connect_error, with problem details as `data` */
  static async connect(url: string, auth: object): Promise<ImClient> {
    const socket: ImClient['socket'] = io(url, {
      auth,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    const client = new ImClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error: Error & { data?: ProblemDetails }) => {
        socket.close();
        reject(error);
      });
    });
    return client;
  }

  close(): void {
    this.socket.close();
  }

  /** Emits an event as it is, valid or not, and resolves to its acknowledgement. */
  raw(event: string, ...args: unknown[]): Promise<Ack<unknown>> {
    const emit = this.socket.emitWithAck.bind(this.socket) as (...all: unknown[]) => Promise<Ack<unknown>>;
    return emit(event, ...args);
  }

  ask<E extends Name>(event: E, payload: Asked<E>): Promise<Answered<E>> {
    return this.raw(event, payload) as Promise<Answered<E>>;
  }

  /** What the server answers where it must succeed. @throws Error with the code of the problem */
  async must<E extends Name>(
    event: E,
    payload: Asked<E>,
  ): Promise<Extract<Answered<E>, { ok: true }>['data']> {
    const answer = await this.ask(event, payload);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code}`);
    return answer.data;
  }

  /** Resolves once this signal has come, now or before. @throws after `timeoutMs`, with the names of those that came */
  until(wanted: (signal: Signal) => boolean, timeoutMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error) => {
        clearTimeout(timer);
        this.waiting.delete(check);
        if (error) reject(error);
        else resolve();
      };
      const check = () => (this.signals.some(wanted) ? finish() : undefined);
      const timer = setTimeout(() => finish(this.missed(wanted)), timeoutMs);
      this.waiting.add(check);
      check();
    });
  }

  /** Ids of users who came into the rooms, as often as this app was told. */
  get came(): string[] {
    return this.of('room:presence').flatMap(({ joined }) => joined.map(({ userId }) => userId));
  }

  /** Ids of users who went. */
  get gone(): string[] {
    return this.of('room:presence').flatMap(({ left }) => left.map(({ userId }) => userId));
  }

  /** Payloads of one event, in order. */
  of<E extends keyof ServerToClientEvents>(event: E): Parameters<ServerToClientEvents[E]>[0][] {
    return this.signals.filter(([name]) => name === event).map(([, payload]) => payload as never);
  }

  private missed(wanted: (signal: Signal) => boolean): Error {
    const last = JSON.stringify(this.signals.slice(-10), null, 1);
    return new Error(`no such signal: ${wanted.toString()}\nthe last ones: ${last}`);
  }
}
