import { darkTheme, dateEnUS, dateZhCN, enUS, lightTheme, zhCN } from 'naive-ui';
import { computed } from 'vue';
import { language } from '../i18n';
import { darkOverrides, lightOverrides } from './naive';
import { dark } from './theme';

/** What every component of Naive UI goes by: theme and language. */
export const naiveConfig = computed(() => ({
  theme: dark.value ? darkTheme : lightTheme,
  themeOverrides: dark.value ? darkOverrides : lightOverrides,
  locale: language.value === 'zh-CN' ? zhCN : enUS,
  dateLocale: language.value === 'zh-CN' ? dateZhCN : dateEnUS,
}));
