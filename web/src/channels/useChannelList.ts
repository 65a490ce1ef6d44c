import { onScopeDispose, ref } from 'vue';
import { api } from '../app/lianmai';
import type { ChannelView } from '../contracts';
import { errorText } from '../i18n';

const EVERY_MS = 3000;

/** All channels, fetched anew while somebody looks at the page. */
export function useChannelList() {
  const channels = ref<ChannelView[] | null>(null);
  const error = ref('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;

  async function refresh(): Promise<void> {
    const mine = ++turn;
    clearTimeout(timer);
    try {
      const items = await api.listChannels();
      if (mine !== turn) return;
      channels.value = items;
      error.value = '';
    } catch (reason) {
      if (mine !== turn) return;
      error.value = errorText(reason);
    }
    if (!document.hidden) timer = setTimeout(() => void refresh(), EVERY_MS);
  }

  const onVisible = () => void (document.hidden ? undefined : refresh());
  document.addEventListener('visibilitychange', onVisible);
  onScopeDispose(() => {
    turn += 1;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisible);
  });
  void refresh();
  return { channels, error, refresh };
}
