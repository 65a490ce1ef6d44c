import { type Dictionary, en, type TextKey } from './en';

export type TextArgs = Record<string, string | number>;

/** `{name}` in a text becomes args.name; what isn't given becomes nothing. */
export function fill(text: string, args: TextArgs = {}): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? '')).trim();
}

/** What people read for an error code; a code that is not in the dictionary is at least named. */
export function errorTextIn(dictionary: Dictionary, code: string, args: TextArgs = {}): string {
  const key = `error.${code}`;
  return key in en ? fill(dictionary[key as TextKey], args) : fill(dictionary['error.unknown'], { code });
}
