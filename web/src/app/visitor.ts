/** Somebody who came by a share link: nobody in particular until they first say or ask for something. */
import { computed, ref } from 'vue';
import { session, startVisit, user } from './session';
import { visitApi } from './visit-api';

export const isVisitor = computed(() => user.value?.id.startsWith('guest-') ?? false);
/** Who waits for a name to be given; null: nobody. */
const waiting = ref<((given: boolean) => void) | null>(null);
export const asksName = computed(() => waiting.value !== null);

/** Resolves when the person has a name: at once, or after the dialog. false: they gave none. */
export function ensureName(): Promise<boolean> {
  if (!isVisitor.value || user.value?.name) return Promise.resolve(true);
  waiting.value?.(false);
  return new Promise((resolve) => (waiting.value = resolve));
}

function settle(given: boolean): void {
  waiting.value?.(given);
  waiting.value = null;
}

/** @throws LianmaiError name_refused */
export async function giveName(name: string): Promise<void> {
  const { value: now } = session;
  if (!now) return settle(false);
  startVisit(await visitApi.name(now.token, name));
  settle(true);
}

export const giveNoName = (): void => settle(false);
