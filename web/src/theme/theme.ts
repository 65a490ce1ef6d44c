/** Light or dark: as the person chose, else as the system has it; a stage is dark always. */
import { usePreferredDark, useStorage } from '@vueuse/core';
import { computed, ref, watchEffect } from 'vue';

export type ThemeChoice = 'system' | 'dark' | 'light';

export const themeChoice = useStorage<ThemeChoice>('lianmai.theme', 'system');
const systemDark = usePreferredDark();
/** Set by the router: pages that are made around a picture (studio, watch, call). */
export const onStage = ref(false);

export const dark = computed(
  () => onStage.value || (themeChoice.value === 'system' ? systemDark.value : themeChoice.value === 'dark'),
);
watchEffect(() => (document.documentElement.dataset['theme'] = dark.value ? 'dark' : 'light'));

/** The other one of the two; the system's own when that is what it comes to. */
export function switchTheme(): void {
  const next = dark.value ? 'light' : 'dark';
  themeChoice.value = next === (systemDark.value ? 'dark' : 'light') ? 'system' : next;
}
