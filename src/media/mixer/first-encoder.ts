import type { EncoderKind } from '../contract';
import { probeEncoder } from '../ffmpeg/encoder-probe';

export interface FirstEncoder {
  /** Null where none works. */
  kind: EncoderKind | null;
  /** What is wrong with those before it. */
  failures: Partial<Record<EncoderKind, string>>;
}

/** The first of these encoders that works on this machine. */
export function firstEncoder(kinds: readonly EncoderKind[]): FirstEncoder {
  const failures: FirstEncoder['failures'] = {};
  for (const kind of kinds) {
    const wrong = probeEncoder(kind);
    if (wrong === null) return { kind, failures };
    failures[kind] = wrong;
  }
  return { kind: null, failures };
}
