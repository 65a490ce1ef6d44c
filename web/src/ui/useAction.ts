import { LianmaiError } from '@lianmai/client';
import { useEventListener } from '@vueuse/core';
import { onScopeDispose, ref } from 'vue';
import { lianmai } from '../app/lianmai';
import { errorText } from '../i18n';

/** Of these nothing is left to say once there is a connection again. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(['network', 'im_timeout']);

/** Runs what a button does: busy while it runs, `error` says in words why it failed. To be called in a component's setup. */
export function useAction() {
  const busy = ref(false);
  const error = ref('');
  let ofConnection = false;

  function connected(): void {
    if (ofConnection) error.value = '';
    ofConnection = false;
  }
  onScopeDispose(lianmai.im.state.subscribe((state) => state === 'online' && connected()));
  useEventListener('online', connected);

  async function run(action: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    error.value = '';
    try {
      await action();
      return true;
    } catch (reason) {
      ofConnection = OF_THE_CONNECTION.has(LianmaiError.of(reason).code);
      error.value = errorText(reason);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, error, run };
}
