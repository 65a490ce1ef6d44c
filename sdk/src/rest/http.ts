import { LianmaiError, isProblemDetails } from '../errors';
import type { Platform } from '../platform';
import { API_BACKOFF, backoffMs } from '../util/retry';
import type { ServerClock } from '../util/server-clock';
import type { TokenSource } from './token-source';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  /** Ends waiting and retrying; what it throws is the signal's reason. */
  signal?: AbortSignal;
  /** false: this one carries no token (a login). Default: true. */
  signed?: boolean;
  /** How long one try may take with its answer, ms. Default: 10,000; of a file 60,000. */
  timeoutMs?: number;
  /** true: sent once, whatever becomes of it, and on while its page goes; at most 64 KiB. Default: false. */
  beacon?: boolean;
}

export interface HttpOptions {
  /** Of the API, without a path. '' in a page that the API serves itself. */
  baseUrl: string;
  platform: Platform;
  tokens: TokenSource;
  clock: ServerClock;
}

/** Tries of one request, the first included. */
const MAX_TRIES = 4;
/** A server that asks for a longer wait gets its answer passed on instead, ms. */
const MAX_WAIT_MS = 5000;
/** A network that is lost without a sign swallows requests: `fetch` alone would wait for minutes, long after it is back. */
const TRY_MS = 10_000;
const FILE_TRY_MS = 60_000;

type Read<T> = (response: Response) => Promise<T>;

/**
 * Requests to the API as the signed-in user. What got no answer, or one that says to come again, is repeated a few times:
 * nothing is done twice by that, because a POST carries an `Idempotency-Key`, and the other methods say how things are to be.
 */
export class Http {
  constructor(private readonly options: HttpOptions) {}

  /**
   * @param path from `/v1` on
   * @param body a Blob is sent as it is, anything else as JSON
   * @returns the parsed answer; undefined for one without a body
   * @throws LianmaiError with the server's code, or `network` where there was no answer of the API
   */
  async request<T>(method: Method, path: string, body?: unknown, options: RequestOptions = {}): Promise<T> {
    return this.send(method, path, body, options, async (response) => parsed(await response.text()) as T);
  }

  /** Something that isn't JSON. @throws LianmaiError */
  async file(path: string, options: RequestOptions = {}): Promise<Blob> {
    const timeoutMs = FILE_TRY_MS;
    return this.send('GET', path, undefined, { timeoutMs, ...options }, (response) => response.blob());
  }

  /** What isn't JSON, for a question that is. @throws LianmaiError */
  async fileFor(path: string, body: unknown, options: RequestOptions = {}): Promise<Blob> {
    const timeoutMs = FILE_TRY_MS;
    return this.send('POST', path, body, { timeoutMs, ...options }, (response) => response.blob());
  }

  private async send<T>(
    method: Method,
    path: string,
    body: unknown,
    options: RequestOptions,
    read: Read<T>,
  ): Promise<T> {
    const isFile = body instanceof Blob;
    const { signed = true, beacon = false, signal, timeoutMs = isFile ? FILE_TRY_MS : TRY_MS } = options;
    const headers = new Headers({ accept: 'application/json, image/*' });
    if (body !== undefined) headers.set('content-type', isFile ? body.type : 'application/json');
    // Without a user there are no keys: a second login would find its code used.
    const hasKey = method === 'POST' && signed && !beacon;
    if (hasKey) headers.set('idempotency-key', crypto.randomUUID());
    const tries = method === 'POST' && !hasKey ? 1 : MAX_TRIES;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const token = signed ? await this.options.tokens.current() : null;
      if (token !== null) headers.set('authorization', `Bearer ${token}`);
      try {
        const sent = { method, headers, body: isFile ? body : JSON.stringify(body) };
        const init = beacon ? { ...sent, keepalive: true } : sent;
        return await this.once(path, init, timeoutMs, signal, read);
      } catch (error) {
        signal?.throwIfAborted();
        const problem = LianmaiError.of(error);
        // The one before has done it, and its answer was lost.
        if (method === 'DELETE' && attempt > 1 && problem.status === 404) return read(new Response());
        if (attempt < tries && (await this.isWorthAnother(problem, token, attempt, signal))) continue;
        throw problem;
      }
    }
  }

  private async isWorthAnother(
    problem: LianmaiError,
    token: string | null,
    attempt: number,
    signal?: AbortSignal,
  ): Promise<boolean> {
    if (problem.code === 'token_invalid' && token !== null) return this.options.tokens.refused(token);
    if (!problem.isPassing) return false;
    const waitMs = problem.retryAfterMs ?? backoffMs(API_BACKOFF, attempt - 1);
    if (waitMs > MAX_WAIT_MS) return false;
    await pause(waitMs, signal);
    return true;
  }

  private async once<T>(
    path: string,
    { body, ...init }: { method: Method; headers: Headers; body: string | Blob | undefined },
    timeoutMs: number,
    signal: AbortSignal | undefined,
    read: Read<T>,
  ): Promise<T> {
    const { baseUrl, platform, clock } = this.options;
    const over = new AbortController();
    const stop = () => over.abort();
    const timer = setTimeout(stop, timeoutMs);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const request = { ...init, ...(body === undefined ? {} : { body }), signal: over.signal };
      const response = await platform.fetch(`${baseUrl}${path}`, request);
      clock.told(response.headers.get('date'));
      if (!response.ok) throw await refusalOf(response);
      return await read(response);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof LianmaiError ? error : LianmaiError.local('network', String(error));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }
}

/** undefined for an answer without a body, or with one that isn't JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What an answer that is none says. */
export async function refusalOf(response: Response): Promise<LianmaiError> {
  const answer: unknown = await response.json().catch(() => undefined);
  if (isProblemDetails(answer)) return LianmaiError.from(answer);
  // Not the API's own answer: of a proxy in front of it.
  return new LianmaiError('network', `HTTP ${response.status}`, response.status);
}

/** @throws the signal's reason */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
