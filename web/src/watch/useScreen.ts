import { useMediaQuery } from '@vueuse/core';
import { computed, type Ref } from 'vue';

/**
 * How the page is laid out: `wide` with the chat beside the picture, `stacked` with the chat below it, `phone` with the
 * chat over it, `flat` (a phone on its side) with the picture alone.
 */
export type ScreenKind = 'wide' | 'stacked' | 'phone' | 'flat';

export function useScreen(): Readonly<Ref<ScreenKind>> {
  const flat = useMediaQuery('(orientation: landscape) and (max-height: 500px)');
  const narrow = useMediaQuery('(max-width: 599px)');
  const medium = useMediaQuery('(max-width: 1023px)');
  return computed(() => {
    if (flat.value) return 'flat';
    if (narrow.value) return 'phone';
    return medium.value ? 'stacked' : 'wide';
  });
}
