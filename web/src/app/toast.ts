/** Short words at the edge of the page, of something that happened just now. */
import { createDiscreteApi } from 'naive-ui';
import { computed } from 'vue';
import { errorText } from '../i18n';
import { naiveConfig } from '../theme/config';

const { message } = createDiscreteApi(['message'], {
  configProviderProps: computed(() => naiveConfig.value),
  messageProviderProps: { placement: 'top', max: 3, containerStyle: { top: '64px' } },
});

export const toast = {
  done: (text: string) => message.success(text),
  tell: (text: string) => message.info(text),
  failed: (error: unknown) => message.error(errorText(error)),
};
