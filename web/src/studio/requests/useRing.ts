/** Somebody waits for the host: sound, words, and a number in the title. */
import { computed, type Ref, watch } from 'vue';
import { t } from '../../i18n';
import { toast } from '../../app/toast';
import { useTitle } from '../../app/useTitle';
import { ring } from './ring-sound';

export interface Waiting {
  id: string;
  name: string;
}

/** To be called in the page's setup. @param onRing somebody new waits */
export function useRing(
  waiting: Readonly<Ref<readonly Waiting[]>>,
  title: () => string | undefined,
  onRing: () => void,
): void {
  const known = new Set<string>();
  watch(
    waiting,
    (now) => {
      const fresh = now.filter(({ id }) => !known.has(id));
      for (const { id } of fresh) known.add(id);
      if (fresh.length === 0) return;
      for (const { name } of fresh) toast.tell(t('requests.asks', { name }));
      ring();
      onRing();
    },
    { immediate: true },
  );
  const prefix = computed(() => (waiting.value.length > 0 ? `(${waiting.value.length}) ` : ''));
  useTitle(() => (title() === undefined ? undefined : `${prefix.value}${title()}`));
}
