/** Who is signed in, in this tab: kept in sessionStorage, so that host and viewer can be two tabs of one browser. */
import { computed, readonly, ref } from 'vue';
import type { TokenView, UserView } from '../contracts';

const STORAGE_KEY = 'lianmai.session';

function stored(): TokenView | null {
  try {
    const view = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null') as TokenView | null;
    return view && Date.parse(view.expiresAt) > Date.now() ? view : null;
  } catch {
    return null;
  }
}

const current = ref<TokenView | null>(stored());
const ranOut = ref(false);

export const session = readonly(current);
export const user = computed<UserView | null>(() => current.value?.user ?? null);
export const isAdmin = computed(() => user.value?.role === 'admin');
/** The last session ended because the server no longer accepts its token. */
export const sessionRanOut = readonly(ranOut);

export function startSession(view: TokenView): void {
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(view));
  current.value = view;
  ranOut.value = false;
}

export function endSession(): void {
  sessionStorage.removeItem(STORAGE_KEY);
  current.value = null;
}

/** The server refused this token; a session begun since then stays. */
export function expireSession(token: string): void {
  if (current.value?.token !== token) return;
  endSession();
  ranOut.value = true;
}
