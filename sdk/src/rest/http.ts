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
/** Answers after which the same request may succeed. */
const PASSING = new Set([429, 502, 503, 504]);

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
    const response = await this.send(method, path, body, options);
    return (await response.json().catch(() => undefined)) as T;
  }

  /** Something that isn't JSON. @throws LianmaiError */
  async file(path: string, options: RequestOptions = {}): Promise<Blob> {
    return (await this.send('GET', path, undefined, options)).blob();
  }

  /** What isn't JSON, for a question that is. @throws LianmaiError */
  async fileFor(path: string, body: unknown, options: RequestOptions = {}): Promise<Blob> {
    return (await this.send('POST', path, body, options)).blob();
  }

  private async send(
    method: Method,
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<Response> {
    const { signed = true, signal } = options;
    const headers = new Headers({ accept: 'application/json, image/*' });
    const isFile = body instanceof Blob;
    if (body !== undefined) headers.set('content-type', isFile ? body.type : 'application/json');
    if (method === 'POST' && signed) headers.set('idempotency-key', crypto.randomUUID());
    // Without a user there are no keys: a second login would find its code used.
    const tries = method === 'POST' && !signed ? 1 : MAX_TRIES;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const token = signed ? await this.options.tokens.current() : null;
      if (token !== null) headers.set('authorization', `Bearer ${token}`);
      try {
        return await this.once(method, path, headers, isFile ? body : JSON.stringify(body), signal);
      } catch (error) {
        signal?.throwIfAborted();
        const problem = LianmaiError.of(error);
        // The one before has done it, and its answer was lost.
        if (method === 'DELETE' && attempt > 1 && problem.status === 404) return new Response();
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
    if (
      problem.code !== 'network' &&
      !PASSING.has(problem.status) &&
      problem.code !== 'idempotency_in_progress'
    ) {
      return false;
    }
    const waitMs = problem.retryAfterMs ?? backoffMs(API_BACKOFF, attempt - 1);
    if (waitMs > MAX_WAIT_MS) return false;
    await pause(waitMs, signal);
    return true;
  }

  private async once(
    method: Method,
    path: string,
    headers: Headers,
    body: string | Blob | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const { baseUrl, platform, clock } = this.options;
    const response = await platform
      .fetch(`${baseUrl}${path}`, {
        ...{ method, headers },
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
      })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw LianmaiError.local('network', String(error));
      });
    clock.told(response.headers.get('date'));
    if (!response.ok) throw await refusalOf(response);
    return response;
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
