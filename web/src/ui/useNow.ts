import { onScopeDispose, readonly, ref } from 'vue';
import { lianmai } from '../app/lianmai';

/** ms since 1970 by the server's clock, moving on while the component lives. */
export function useNow(everyMs = 500) {
  const now = ref(lianmai.now());
  const timer = setInterval(() => (now.value = lianmai.now()), everyMs);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}
