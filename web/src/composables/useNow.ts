import { onScopeDispose, readonly, ref } from 'vue';
import { serverNow } from '../api/http';

/** ms since 1970 by the server's clock, moving on while the component lives. */
export function useNow(everyMs = 500) {
  const now = ref(serverNow());
  const timer = setInterval(() => (now.value = serverNow()), everyMs);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}
