import { onScopeDispose, ref, type Ref, watch } from 'vue';

/** true: the page that is open fills the window, without the header. */
export const fullBleed = ref(false);

/** To be called in a page's setup: it fills the window while `when` is true, and no longer than the page lives. */
export function useFullBleed(when: Readonly<Ref<boolean>>): void {
  watch(when, (is) => (fullBleed.value = is), { immediate: true });
  onScopeDispose(() => (fullBleed.value = false));
}
