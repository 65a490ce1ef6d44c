/** Somebody who came by a share link: nobody in particular until they first say or ask for something. */
import { Visitor } from '@lianmai/client';
import { computed, ref } from 'vue';
import { isGuestId } from '../../../src/shared/guest-id';
import { lianmai } from './lianmai';
import { session, startVisit, user, visit } from './session';

export const isVisitor = computed(() => user.value !== null && isGuestId(user.value.id));

/**
 * Opens a share link; who isn't signed in goes on as its visitor.
 * @returns the channel's id
 * @throws LianmaiError share_link_not_found, channel_members_only
 */
export async function followLink(code: string): Promise<string> {
  const visitor = new Visitor({ code });
  const view = await visitor.begin();
  if (!session.value) startVisit(visitor, view);
  return view.channelId;
}

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
  const { value: view } = session;
  if (!visit.value || !view) return settle(false);
  await visit.value.introduce(lianmai, name);
  startVisit(visit.value, { ...view, user: { ...view.user, name: visit.value.name.value } });
  settle(true);
}

export const giveNoName = (): void => settle(false);
