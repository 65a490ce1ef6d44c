import type { ErrorCode } from './codes';
import type { ProblemDetails } from './contracts';

/** Codes of the client's own, beside those of the server's catalogue. */
export const localCodes = [
  'network',
  'im_timeout',
  'call_failed',
  'camera_refused',
  'camera_absent',
  'camera_busy',
  'device_lost',
  'screen_failed',
  'insecure_context',
  'token_missing',
] as const;
/** One of localCodes. */
export type LocalCode = (typeof localCodes)[number];

/** Answers after which the same request may succeed. */
const PASSING_STATUS = [429, 502, 503, 504];
const PASSING_CODE = ['network', 'im_timeout', 'idempotency_in_progress'];

/** A failure with a stable code: the server's (RFC 9457 problem details), or the client's own where there was no answer. */
export class LianmaiError extends Error {
  constructor(
    /** Any other: of a server that is newer than this client. */
    readonly code: ErrorCode | LocalCode | (string & {}),
    detail = '',
    /** HTTP status of the answer; 0: there was none. */
    readonly status = 0,
    /** Values that the message was made of, e.g. `{ channelId }`. */
    readonly args: Readonly<Record<string, string | number>> = {},
  ) {
    super(detail || code);
    this.name = 'LianmaiError';
  }

  static local(code: LocalCode, detail = ''): LianmaiError {
    return new LianmaiError(code, detail);
  }

  static from({ code, detail, status, args }: ProblemDetails): LianmaiError {
    return new LianmaiError(code, detail, status, args);
  }

  /** Any thrown value; what isn't a LianmaiError becomes `internal` and shows no details. */
  static of(error: unknown): LianmaiError {
    return error instanceof LianmaiError ? error : new LianmaiError('internal');
  }

  /** The same request may succeed later: there was no answer, or one that says to come again. */
  get isPassing(): boolean {
    return PASSING_CODE.includes(this.code) || PASSING_STATUS.includes(this.status);
  }

  /** How long to wait before the same is tried again, ms; null: the server said nothing of it. */
  get retryAfterMs(): number | null {
    const { retryAfterMs } = this.args;
    return typeof retryAfterMs === 'number' ? retryAfterMs : null;
  }
}

/** Is it the problem details of RFC 9457, as far as they are used here? */
export function isProblemDetails(value: unknown): value is ProblemDetails {
  return typeof value === 'object' && value !== null && typeof (value as ProblemDetails).code === 'string';
}
