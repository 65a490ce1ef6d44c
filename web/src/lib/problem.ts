import type { ProblemDetails } from '../contracts';

/** The page's own codes, beside those of the server's catalogue. */
export type LocalCode =
  | 'network'
  | 'camera_refused'
  | 'camera_absent'
  | 'camera_busy'
  | 'screen_failed'
  | 'insecure_context'
  | 'call_failed'
  | 'im_timeout';

/** A failure with a stable code; `errorText` (i18n) turns the code into what people read. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    detail = '',
    readonly status = 0,
    readonly args: Record<string, string | number> = {},
  ) {
    super(detail || code);
    this.name = 'Problem';
  }

  static local(code: LocalCode): Problem {
    return new Problem(code);
  }

  static from(details: ProblemDetails): Problem {
    return new Problem(details.code, details.detail, details.status, details.args);
  }

  /** Any thrown value; what isn't a Problem becomes `internal` and shows no details. */
  static of(error: unknown): Problem {
    return error instanceof Problem ? error : new Problem('internal');
  }
}

/** Is it the problem details of RFC 9457, as far as the pages use them? */
export function isProblemDetails(value: unknown): value is ProblemDetails {
  return typeof value === 'object' && value !== null && typeof (value as ProblemDetails).code === 'string';
}
