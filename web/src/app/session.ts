/**
 * Who is signed in: kept for the browser, or for this tab alone where somebody else is signed in beside (host and viewer in
 * two tabs of one browser).
 */
import type { Visitor } from '@lianmai/client';
import { computed, readonly, ref, shallowRef } from 'vue';
import type { TokenView, UserView } from '../contracts';

const STORAGE_KEY = 'lianmai.session';
/** In the tab's storage: signed out here, whoever else is signed in in this browser. */
const NOBODY = 'null';

/** null: there is none, or it has run out. */
function read(storage: Storage): TokenView | null {
  try {
    const view = JSON.parse(storage.getItem(STORAGE_KEY) ?? NOBODY) as TokenView | null;
    return view && Date.parse(view.expiresAt) > Date.now() ? view : null;
  } catch {
    return null;
  }
}

const isTabsOwn = (): boolean => sessionStorage.getItem(STORAGE_KEY) !== null;
/** A tab that had a user of its own never becomes the other one by itself. */
const stored = (): TokenView | null => read(isTabsOwn() ? sessionStorage : localStorage);

const current = ref<TokenView | null>(stored());
const ranOut = ref(false);

export const session = readonly(current);
export const user = computed<UserView | null>(() => current.value?.user ?? null);
export const isAdmin = computed(() => user.value?.role === 'admin');
/** The last session ended because the server no longer accepts its token. */
export const sessionRanOut = readonly(ranOut);

/** Signs in for the whole browser; for this tab only, where another user is signed in already. */
export function startSession(view: TokenView): void {
  const other = read(localStorage);
  const beside = other && other.user.id !== view.user.id;
  if (beside) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(view));
  else {
    sessionStorage.removeItem(STORAGE_KEY);
    localStorage.setItem(STORAGE_KEY, JSON.stringify(view));
  }
  current.value = view;
  ranOut.value = false;
}

/** Signs out; a tab with a user of its own leaves the others signed in. */
export function endSession(): void {
  if (visit.value) return endVisit();
  if (!isTabsOwn()) localStorage.removeItem(STORAGE_KEY);
  else sessionStorage.setItem(STORAGE_KEY, NOBODY);
  current.value = null;
}

/** The server refused this token; a session begun since then stays. */
export function expireSession(token: string): void {
  if (current.value?.token !== token) return;
  endSession();
  ranOut.value = true;
}

/** Who came by a share link: the page acts as them until `endVisit`; who is signed in here stays it. */
export const visit = shallowRef<Visitor | null>(null);

export function startVisit(visitor: Visitor, view: TokenView): void {
  visit.value = visitor;
  current.value = view;
  ranOut.value = false;
}

export function endVisit(): void {
  if (!visit.value) return;
  visit.value = null;
  current.value = stored();
}

// Another tab signed in or out.
addEventListener('storage', ({ key, storageArea }) => {
  if (key !== STORAGE_KEY || storageArea !== localStorage || visit.value) return;
  const now = stored();
  if (now?.token !== current.value?.token) current.value = now;
});
