import { SetMetadata } from '@nestjs/common';

export const TAKES_BYTES = 'lianmai:takes-bytes';

export interface TakenBytes {
  /** Media types, in lower case. */
  types: readonly string[];
  /** Bytes. */
  limit: number;
}

/** The route's body is no JSON, but bytes of one of these types. A caller is known there: strangers send less (BodyInterceptor). */
export const TakesBytes = (taken: TakenBytes) => SetMetadata(TAKES_BYTES, taken);
