/** What was answered: JSON, or else the text; `{}` where there was no body. */
export interface Reply<T = unknown> {
  status: number;
  headers: Headers;
  /** The body as it came. */
  text: string;
  body: T;
}

export interface RequestOptions {
  /** A bearer token. */
  token?: string;
  /** Sent as JSON; text is sent as it is, and bytes as a picture. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Without an answer for so long it is given up. */
  timeoutMs?: number;
}

/** One HTTP request; `T` is what the caller expects to be answered. */
export async function send<T = unknown>(
  method: string,
  url: string,
  { token, body, headers, timeoutMs }: RequestOptions = {},
): Promise<Reply<T>> {
  const response = await fetch(url, {
    method,
    ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': isBytes(body) ? 'image/png' : 'application/json' }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' || isBytes(body) ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const answer: unknown = text ? (isJson ? JSON.parse(text) : text) : {};
  return { status: response.status, headers: response.headers, text, body: answer as T };
}

function isBytes(body: unknown): body is Buffer<ArrayBuffer> {
  return Buffer.isBuffer(body);
}
