import { LianmaiError } from '@lianmai/client';
import { watchEffect } from 'vue';
import { createI18n } from 'vue-i18n';
import { en, type TextKey } from './en';
import { errorKey, type TextArgs } from './text';
import { zh } from './zh';

export type Language = 'en' | 'zh-CN';
const STORAGE_KEY = 'lianmai.language';

function preferred(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === 'en' || stored === 'zh-CN') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const i18n = createI18n({
  legacy: false,
  locale: preferred(),
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zh },
  // Keys are flat: the dots in them lead nowhere.
  messageResolver: (messages, key) => (messages as Record<string, string>)[key] ?? null,
});

export const language = i18n.global.locale;
watchEffect(() => (document.documentElement.lang = language.value));

/** Chooses the language and remembers it on this device. */
export function setLanguage(next: Language): void {
  language.value = next;
  localStorage.setItem(STORAGE_KEY, next);
}

/** The text in the chosen language; reactive where it is rendered. */
export function t(key: TextKey, args: TextArgs = {}): string {
  return i18n.global.t(key, args).trim();
}

/** What people read of a failure, in the chosen language. */
export function errorText(error: unknown): string {
  const { code, args } = LianmaiError.of(error);
  return t(errorKey(code), { code, ...args });
}

/** A time in the reader's own way; the day is named where it isn't today. */
export function clock(iso: string): string {
  const time = new Date(iso);
  const day: Intl.DateTimeFormatOptions =
    time.toDateString() === new Date().toDateString()
      ? {}
      : { weekday: 'short', day: 'numeric', month: 'short' };
  return time.toLocaleString(language.value, { ...day, hour: '2-digit', minute: '2-digit' });
}

/** A count in the reader's own way: `1,284`. */
export function count(value: number): string {
  return value.toLocaleString(language.value);
}
