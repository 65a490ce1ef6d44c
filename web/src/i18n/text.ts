import { en, type TextKey } from './en';

export type TextArgs = Record<string, string | number>;

/** The text for an error code; `error.unknown`, which names the code, where there is none. */
export function errorKey(code: string): TextKey {
  const key = `error.${code}`;
  return key in en ? (key as TextKey) : 'error.unknown';
}
