import { ref, watchEffect } from 'vue';
import { LianmaiError } from '@lianmai/client';
import { en, type TextKey } from './en';
import { errorTextIn, fill, type TextArgs } from './text';
import { zh } from './zh';

export type Language = 'en' | 'zh-CN';
const dictionaries = { en, 'zh-CN': zh };
const STORAGE_KEY = 'lianmai.language';

function preferred(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === 'en' || stored === 'zh-CN') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const language = ref<Language>(preferred());
watchEffect(() => (document.documentElement.lang = language.value));

/** Chooses the language and remembers it on this device. */
export function setLanguage(next: Language): void {
  language.value = next;
  localStorage.setItem(STORAGE_KEY, next);
}

/** The text in the chosen language; reactive where it is rendered. */
export function t(key: TextKey, args?: TextArgs): string {
  return fill(dictionaries[language.value][key], args);
}

/** What people read of a failure, in the chosen language. */
export function errorText(error: unknown): string {
  const { code, args } = LianmaiError.of(error);
  return errorTextIn(dictionaries[language.value], code, args);
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
