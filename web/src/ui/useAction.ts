import { ref } from 'vue';
import { errorText } from '../i18n';

/** Runs what a button does: busy while it runs, `error` says in words why it failed. */
export function useAction() {
  const busy = ref(false);
  const error = ref('');

  async function run(action: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    error.value = '';
    try {
      await action();
      return true;
    } catch (reason) {
      error.value = errorText(reason);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, error, run };
}
